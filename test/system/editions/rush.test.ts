import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { EventDetail } from '../../../src/contract/event.ts';
import { bodyOf } from '../client.ts';
import { eventually } from '../eventually.ts';
import * as sale from '../sale.ts';
import { sharedProgram } from '../shared-program.ts';
import { hold as holdAsOrder } from './orders-client.ts';
import {
  buyerOf,
  comeIn,
  expectDetail,
  join,
  type RushSeat,
  statusOf,
  tryJoin,
  watchSeats,
} from './rush-client.ts';

const { program, anyone, organiser, restart } = sharedProgram({
  RUSH_HOLD_SECONDS: '3',
  HOLD_CHURN_MAX: '100',
  STREAMS_PER_USER: '50',
});

async function openHall(seats = 4): Promise<{ eventId: number; seats: RushSeat[] }> {
  const opened = await sale.openSale(organiser, { rows: 1, seatsInRow: seats });
  return {
    eventId: opened.eventId,
    seats: opened.seats.map(({ seat_id, seat_number }) => ({ seat_id, seat_label: seat_number })),
  };
}

const INVALID = { code: 'SESSION_INVALID', detail: '유효하지 않은 세션입니다. 다시 시도해주세요.' };
const CHOSEN = { detail: '이미 선택된 좌석입니다.' };
const CHOOSE_FIRST = { code: 'RESERVATION_EXPIRED', detail: '좌석을 선택한 후 결제를 진행해주세요.' };
const PAID_BY_OTHER = { code: 'SEAT_SOLD', detail: '이미 결제가 완료된 좌석입니다.' };
const HELD_BY_OTHER = { code: 'SEAT_NOT_YOURS', detail: '이미 다른 사용자가 선택한 좌석입니다.' };
const ONE_EACH = {
  code: 'ONE_SEAT_PER_BUYER',
  detail: '이미 결제한 좌석이 있습니다. 인당 1개의 좌석만 구매 가능합니다.',
};

describe('POST /seats', () => {
  it('makes the demo hall of 3,200 seats for the organiser, and names its event', async () => {
    expect((await anyone.post('/seats')).status).toBe(401);
    const answer = await organiser.post('/seats', undefined, { 'idempotency-key': 'the hall' });
    expect([answer.status, answer.text]).toEqual([200, 'null']);
    const [, id] = /^\/api\/v1\/events\/(\d+)$/.exec(answer.headers.location ?? '') ?? [];
    const event = bodyOf(await anyone.get<EventDetail>(answer.headers.location ?? ''));
    expect(event).toMatchObject({ event_name: 'Rush demo hall', status: 'ON_SALE', available_seats: 3_200 });
    const buyer = await comeIn(anyone, Number(id));
    const { seat_list, my_paid_label } = bodyOf(await buyer.list());
    expect(my_paid_label).toBeNull();
    expect(seat_list).toHaveLength(3_200);
    const labels = seat_list.map(({ seat_label }) => seat_label);
    expect([labels.includes('A1'), labels.includes('AN80'), labels.includes('AO1')]).toEqual([
      true,
      true,
      false,
    ]);
    expect(new Set(labels).size).toBe(3_200);
    const again = await organiser.post('/seats', undefined, { 'idempotency-key': 'the hall' });
    expect(again.headers.location).toBe(answer.headers.location);
  });
});

describe('POST /queue/join', () => {
  it('lets in at once while there is a place, and answers the same token to who comes again', async () => {
    const { eventId } = await openHall();
    const uuid = randomUUID();
    const answer = await tryJoin(anyone, eventId, uuid);
    const { token } = bodyOf(answer);
    expect(token).toMatch(
      new RegExp(`^${eventId}:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`),
    );
    expect(await join(anyone, eventId, uuid)).toBe(token);
    expect(bodyOf(await anyone.post(`/queue/join/${eventId}?user_uuid=${uuid}`))).toEqual({ token });
    expect(await join(anyone, eventId)).not.toBe(token);
  });

  it('needs to know who comes, and where to', async () => {
    const { eventId } = await openHall();
    expect((await tryJoin(anyone, 987_654_321)).status).toBe(404);
    expect((await anyone.post('/queue/join/x', { user_uuid: 'a' })).status).toBe(422);
    expect((await anyone.post(`/queue/join/${eventId}`, { user_uuid: '' })).status).toBe(422);
    expect((await anyone.post(`/queue/join/${eventId}`, { user_uuid: 7 })).status).toBe(422);
    expect((await anyone.post(`/queue/join/${eventId}`, { user_uuid: 'a', vip: true })).status).toBe(422);
    expect((await anyone.post(`/queue/join/${eventId}`, {})).status).toBe(422);
    expect((await anyone.post(`/queue/join/${eventId}`)).status).toBe(422);
    bodyOf(await anyone.as('ann').post(`/queue/join/${eventId}`));
    expect((await anyone.as('b').post(`/queue/join/${eventId}`, { user_uuid: 'a' })).status).toBe(403);
  });
});

describe('a token', () => {
  it('opens its event only, and is asked for everywhere', async () => {
    const { eventId, seats } = await openHall();
    const other = await openHall();
    const token = await join(anyone, eventId);
    const unknown = [
      `${eventId}:${randomUUID()}`,
      'nonsense',
      `${other.eventId}${token.slice(token.indexOf(':'))}`,
    ];
    for (const wrong of unknown) {
      const nobody = buyerOf(anyone, eventId, wrong);
      const seat = seats[0] as RushSeat;
      for (const answer of [
        await nobody.list(),
        await nobody.take(seat),
        await nobody.pay(seat),
        await nobody.leave(),
      ])
        expectDetail(answer, 401, INVALID);
    }
    expectDetail(await buyerOf(anyone, other.eventId, token).list(), 401, INVALID);
    for (const path of ['seats/hold', 'seats/pay', 'presence/leave'])
      expect((await anyone.post(`/events/${eventId}/${path}`, seats[0])).status).toBe(422);
    expect((await anyone.get(`/events/${eventId}/seats`)).status).toBe(422);
    expect((await anyone.as('eve').get(`/events/${eventId}/seats?token=${token}`)).status).toBe(403);
  });

  it('is as good after a restart', async () => {
    const { eventId, seats } = await openHall();
    const [first] = seats as [RushSeat];
    const uuid = randomUUID();
    const token = await join(anyone, eventId, uuid);
    await restart();
    const buyer = buyerOf(anyone, eventId, token);
    bodyOf(await buyer.take(first));
    expect(await join(anyone, eventId, uuid)).toBe(token);
  });
});

describe('a seat', () => {
  it('is held, given back, and held by one only', async () => {
    const { eventId, seats } = await openHall();
    const [first] = seats as [RushSeat];
    const [ann, bob] = [await comeIn(anyone, eventId), await comeIn(anyone, eventId)];
    expect(bodyOf(await ann.take(first))).toEqual({ ...first, seat_status: 'HOLD' });
    expect(bodyOf(await ann.take(first))).toEqual({ ...first, seat_status: 'HOLD' });
    expectDetail(await bob.take(first), 409, CHOSEN);
    expectDetail(await bob.giveBack(first), 409, CHOSEN);
    expect(await statusOf(bob, first)).toBe('HOLD');
    expect(bodyOf(await ann.giveBack(first))).toEqual({ ...first, seat_status: 'AVAILABLE' });
    expect(bodyOf(await ann.giveBack(first))).toEqual({ ...first, seat_status: 'AVAILABLE' });
    bodyOf(await bob.take(first));
  });

  it('is swapped for another, and kept when the other is not to be had', async () => {
    const { eventId, seats } = await openHall();
    const [first, second, third] = seats as [RushSeat, RushSeat, RushSeat];
    const [ann, bob] = [await comeIn(anyone, eventId), await comeIn(anyone, eventId)];
    bodyOf(await ann.take(first));
    bodyOf(await bob.take(second));
    expectDetail(await ann.take(second, first), 409, CHOSEN);
    expect(await statusOf(bob, first)).toBe('HOLD');
    const watching = await watchSeats(program.url, eventId);
    bodyOf(await ann.take(third, first));
    await watching.until(1);
    const [frame] = watching.frames;
    expect(frame?.type).toBe('seat_update');
    expect(frame?.payload).toHaveLength(2);
    expect(frame?.payload).toEqual(
      expect.arrayContaining([
        { seat_id: third.seat_id, seat_status: 'HOLD' },
        { seat_id: first.seat_id, seat_status: 'AVAILABLE' },
      ]),
    );
    // One at a time, whether the page remembers the one before or not.
    bodyOf(await ann.take(first));
    expect([await statusOf(ann, first), await statusOf(ann, third)]).toEqual(['HOLD', 'AVAILABLE']);
    watching.close();
  });

  it('is free again when its time is over, and everybody hears of it', async () => {
    const { eventId, seats } = await openHall();
    const [first] = seats as [RushSeat];
    const ann = await comeIn(anyone, eventId);
    const watching = await watchSeats(program.url, eventId);
    bodyOf(await ann.take(first));
    await watching.until(2);
    expect(watching.frames).toEqual([
      { type: 'seat_update', payload: [{ seat_id: first.seat_id, seat_status: 'HOLD' }] },
      { type: 'seat_update', payload: [{ seat_id: first.seat_id, seat_status: 'AVAILABLE' }] },
    ]);
    expectDetail(await ann.pay(first), 400, CHOOSE_FIRST);
    watching.close();
  });

  it('must be of the hall, under its own label', async () => {
    const { eventId, seats } = await openHall();
    const other = await openHall();
    const [first] = seats as [RushSeat];
    const ann = await comeIn(anyone, eventId);
    expect((await ann.take(other.seats[0] as RushSeat)).status).toBe(404);
    expect((await ann.take({ ...first, seat_label: 'Z99' })).status).toBe(422);
    expect((await ann.pay({ ...first, seat_label: '' })).status).toBe(422);
    expect((await ann.pay({ seat_id: 1.5, seat_label: 'A1' })).status).toBe(422);
    expect((await ann.pay({ ...first, price: 0 } as RushSeat)).status).toBe(422);
  });
});

describe('paying', () => {
  it('sells the held seat, once for the same seat, and one to a buyer', async () => {
    const { eventId, seats } = await openHall();
    const [first, second, third] = seats as [RushSeat, RushSeat, RushSeat];
    const uuid = randomUUID();
    const ann = await comeIn(anyone, eventId, uuid);
    const bob = await comeIn(anyone, eventId);
    const watching = await watchSeats(program.url, eventId);
    expectDetail(await ann.pay(first), 400, CHOOSE_FIRST);
    bodyOf(await ann.take(first));
    await watching.until(1);
    expectDetail(await bob.pay(first), 409, HELD_BY_OTHER);
    expect(bodyOf(await ann.pay(first))).toEqual({ message: '결제완료' });
    await watching.until(2);
    expect(bodyOf(await ann.pay(first))).toEqual({ message: '결제완료' });
    expectDetail(await bob.pay(first), 409, PAID_BY_OTHER);
    expectDetail(await bob.take(first), 409, CHOSEN);
    bodyOf(await ann.take(second));
    expectDetail(await ann.pay(second), 409, ONE_EACH);
    expectDetail(await ann.pay(third), 409, ONE_EACH);
    expect(bodyOf(await ann.list()).my_paid_label).toBe(first.seat_label);
    expect(bodyOf(await bob.list()).my_paid_label).toBeNull();
    await watching.until(3);
    const updates = watching.frames.flatMap(({ payload }) => payload);
    expect(updates.slice(0, 3)).toEqual([
      { seat_id: first.seat_id, seat_status: 'HOLD' },
      { seat_id: first.seat_id, seat_status: 'SOLD' },
      { seat_id: second.seat_id, seat_status: 'HOLD' },
    ]);
    const bookings = bodyOf(await anyone.as(uuid).get<{ status: string }[]>('/api/v1/bookings'));
    expect(bookings.map(({ status }) => status)).toEqual(['CONFIRMED']);
    watching.close();
  });

  it('many times at once is one ticket', async () => {
    const { eventId, seats } = await openHall();
    const [first] = seats as [RushSeat];
    const ann = await comeIn(anyone, eventId);
    bodyOf(await ann.take(first));
    const answers = await Promise.all(Array.from({ length: 20 }, () => ann.pay(first)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  });
});

describe('leaving', () => {
  it('frees the seat and the token', async () => {
    const { eventId, seats } = await openHall();
    const [first, second] = seats as [RushSeat, RushSeat];
    const [ann, bob] = [await comeIn(anyone, eventId), await comeIn(anyone, eventId)];
    bodyOf(await ann.take(first));
    bodyOf(await bob.take(second));
    expect(bodyOf(await ann.leave(second))).toEqual({ ok: true });
    expect([await statusOf(bob, first), await statusOf(bob, second)]).toEqual(['AVAILABLE', 'HOLD']);
    expectDetail(await ann.list(), 401, INVALID);
    expectDetail(await ann.leave(), 401, INVALID);
  });
});

describe('with the other editions', () => {
  it('a seat held through one face is held in all', async () => {
    const { eventId, seats } = await openHall();
    const [first, second, third] = seats as [RushSeat, RushSeat, RushSeat];
    const ann = await comeIn(anyone, eventId);
    bodyOf(await ann.take(first));
    expect(await sale.statusOfSeat(anyone, first.seat_id)).toBe('RESERVED');
    expect((await holdAsOrder(anyone, eventId, first.seat_id)).status).toBe(409);
    bodyOf(await holdAsOrder(anyone, eventId, second.seat_id), 201);
    await sale.book(anyone, 'bob', eventId, [third.seat_id]);
    for (const seat of [second, third]) {
      expectDetail(await ann.take(seat), 409, CHOSEN);
      expect(await statusOf(ann, seat)).toBe('HOLD');
    }
  });
});

describe('three hundred at one seat', () => {
  it('one has it, and everybody else is told so', async () => {
    const { eventId, seats } = await openHall();
    const crowd = await Promise.all(Array.from({ length: 300 }, () => comeIn(anyone, eventId)));
    const answers = await Promise.all(crowd.map((buyer) => buyer.take(seats[0] as RushSeat)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(299);
  });

  it('all who watch hear of every seat of a crowd', async () => {
    const { eventId, seats } = await openHall(40);
    const watching = await Promise.all(Array.from({ length: 30 }, () => watchSeats(program.url, eventId)));
    const crowd = await Promise.all(seats.map(() => comeIn(anyone, eventId)));
    await Promise.all(crowd.map(async (buyer, index) => bodyOf(await buyer.take(seats[index] as RushSeat))));
    const heard = (frames: { payload: { seat_status: string }[] }[]) =>
      frames.flatMap(({ payload }) => payload).filter(({ seat_status }) => seat_status === 'HOLD').length;
    for (const { frames } of watching) await eventually(() => heard(frames), seats.length);
    for (const each of watching) each.close();
  });
});

describe('the house', () => {
  it('answers its health', async () => {
    expect(bodyOf(await anyone.get('/health/health/db'))).toEqual({ ping: true });
    expect(bodyOf(await anyone.get('/health/health/redis'))).toEqual({ ping: 'pong' });
  });

  it('shows a WebSocket only of events that there are', async () => {
    await expect(watchSeats(program.url, 987_654_321)).rejects.toThrow('404');
    const { eventId } = await openHall();
    expect((await anyone.get(`/ws/events/${eventId}/seats`)).status).toBe(400);
  });
});
