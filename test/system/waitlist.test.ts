import { describe, expect, it } from 'vitest';
import type { ReservationView } from '../../src/contract/reservation.ts';
import { bodyOf, expectRefusal } from './client.ts';
import { eventually } from './eventually.ts';
import { openQueueEvents, openQueueSocket } from './queue-stream.ts';
import { book, hold, openSale, tryBook, tryHold, tryPay } from './sale.ts';
import { sharedProgram } from './shared-program.ts';
import { enter, openRoom, roomOf } from './waiting-line.ts';
import { answer, join, joined, lineOf, openCapacity, release, standing, takeAny } from './waitlist-line.ts';

const QUICK = { SHED_DELAY_MS: '0', RATE_LIMIT_PER_PRINCIPAL: '0' };

describe('unnumbered seats', () => {
  const { anyone, organiser } = sharedProgram(QUICK);

  it('any free ones will do: a crowd that comes at once gets exactly as many as there are', async () => {
    const eventId = await openCapacity(organiser, 500);
    const crowd = Array.from({ length: 700 }, (_, index) => takeAny(anyone, `u${index}`, eventId));
    const answers = await Promise.all(crowd);
    const seats = answers.flatMap((each) => (each.status === 201 ? each.body.reservations : []));
    expect(new Set(seats.map(({ reservation_id }) => reservation_id)).size).toBe(500);
    for (const each of answers.filter(({ status }) => status !== 201))
      expectRefusal(each, { status: 409, code: 'NO_ADJACENT_SEATS' });
  });

  it('a party gets all of its seats or none, and pays for them', async () => {
    const eventId = await openCapacity(organiser, 5);
    const { reservations } = bodyOf(await takeAny(anyone, 'ann', eventId, 3), 201) as unknown as {
      reservations: (ReservationView & { seats: { seat_id: number }[] })[];
    };
    expectRefusal(await takeAny(anyone, 'bob', eventId, 3), { status: 409, code: 'NO_ADJACENT_SEATS' });
    expect((await takeAny(anyone, 'bob', eventId, 2)).status).toBe(201);
    const seatIds = reservations.flatMap(({ seats }) => seats.map(({ seat_id }) => seat_id));
    const { booking_id } = bodyOf(await tryBook(anyone, 'ann', eventId, seatIds), 201);
    expect(bodyOf(await tryPay(anyone, 'ann', booking_id)).status).toBe('CONFIRMED');
  });
});

describe('the waitlist, whose seats go to the next in line at once', () => {
  const { anyone, organiser, program } = sharedProgram({ ...QUICK, WAITLIST_MAX: '5' });

  /** A sold-out event of `count` seats, each somebody's, and their reservations. */
  async function soldOut(count: number) {
    const eventId = await openCapacity(organiser, count);
    const held: { user: string; reservationId: number }[] = [];
    for (let index = 0; index < count; index++) {
      const { reservations } = bodyOf(await takeAny(anyone, `owner ${index}`, eventId), 201);
      held.push({
        user: `owner ${index}`,
        reservationId: (reservations[0] as { reservation_id: number }).reservation_id,
      });
    }
    const giveBack = (index: number) => {
      const { user, reservationId } = held[index] as (typeof held)[number];
      return release(anyone, user, reservationId);
    };
    return { eventId, giveBack };
  }

  it('gives a place, the same to who asks again, and tells how one stands', async () => {
    const { eventId } = await soldOut(1);
    const first = await joined(anyone, 'ann', eventId);
    expect(first).toMatchObject({
      status: 'WAITING',
      position: 1,
      party_size: 1,
      offer: null,
      user_id: 'ann',
    });
    expect(await joined(anyone, 'bob', eventId, { party_size: 1 })).toMatchObject({ position: 2 });
    expect(bodyOf(await join(anyone, 'ann', eventId))).toEqual(first);
    expect(await standing(anyone, 'bob', eventId)).toMatchObject({ status: 'WAITING', position: 2 });
    const other = anyone.as('eve').get(`/api/v1/events/${eventId}/waitlist/status`);
    expectRefusal(await other, { status: 404, code: 'NOT_ON_WAITLIST' });
  });

  it('passes over whose admission the organiser took back', async () => {
    const { eventId, giveBack } = await soldOut(1);
    const fast = { rate_per_second: 100, burst: 100, active_max: 100 };
    const admission = { mode: 'waiting_room', inventory_aware: false, ...fast };
    bodyOf(await organiser.patch(`/api/v1/events/${eventId}`, { admission }));
    await openRoom(organiser, eventId);
    for (const user of ['ann', 'bob'])
      bodyOf(await join(anyone, user, eventId, {}, await enter(anyone, user, eventId)), 201);
    bodyOf(await organiser.post(`${roomOf(eventId)}/revoke`, { user_id: 'ann' }), 204);
    await giveBack(0);
    await eventually(async () => (await standing(anyone, 'bob', eventId)).status, 'PROMOTED');
    const over = { status: 'REFUSED', reason: 'ADMISSION_INVALID', offer: null };
    expect(await standing(anyone, 'ann', eventId)).toMatchObject(over);
  });

  it('with an Idempotency-Key the answer is repeated as it was', async () => {
    const { eventId } = await soldOut(1);
    const key = { 'idempotency-key': 'once' };
    const first = await join(anyone, 'ann', eventId, {}, key);
    const again = await join(anyone, 'ann', eventId, {}, key);
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.text).toBe(first.text);
    const another = await join(anyone, 'ann', eventId, { party_size: 2 }, key);
    expectRefusal(another, { status: 422, code: 'IDEMPOTENCY_MISMATCH' });
  });

  it('a seat that comes back is the first one’s, as a reservation like any other', async () => {
    const { eventId, giveBack } = await soldOut(2);
    await joined(anyone, 'ann', eventId);
    await joined(anyone, 'bob', eventId);
    await giveBack(0);
    const ann = await eventually(
      () => standing(anyone, 'ann', eventId),
      ({ status }) => status === 'PROMOTED',
    );
    expect(await standing(anyone, 'bob', eventId)).toMatchObject({ status: 'WAITING', position: 1 });
    expect(ann.offer?.answer_by).toBeNull();
    const own = bodyOf(
      await anyone.as('ann').get<ReservationView[]>(`/api/v1/reservations?event_id=${eventId}`),
    );
    expect(own.map(({ reservation_id, status }) => [reservation_id, status])).toEqual([
      [ann.offer?.reservation_ids[0], 'ACTIVE'],
    ]);
    const { booking_id } = bodyOf(await tryBook(anyone, 'ann', eventId, ann.offer?.seat_ids ?? []), 201);
    expect(bodyOf(await tryPay(anyone, 'ann', booking_id)).status).toBe('CONFIRMED');
  });

  it('seats that come back by a cancelled booking, and by a refund, go to the line, too', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 2 });
    const booking = await book(anyone, 'owner', eventId, [seatIds[0] as number]);
    const paid = await book(anyone, 'payer', eventId, [seatIds[1] as number]);
    bodyOf(await tryPay(anyone, 'payer', paid.booking_id));
    await joined(anyone, 'ann', eventId);
    await joined(anyone, 'bob', eventId);
    bodyOf(await anyone.as('owner').post(`/api/v1/bookings/${booking.booking_id}/cancel`));
    await eventually(async () => (await standing(anyone, 'ann', eventId)).status, 'PROMOTED');
    bodyOf(await anyone.as('payer').post(`/api/v1/bookings/${paid.booking_id}/cancel`));
    await eventually(async () => (await standing(anyone, 'bob', eventId)).status, 'PROMOTED');
  });

  it('the next party that fits: a large one is passed over until there is room for it', async () => {
    const { eventId, giveBack } = await soldOut(3);
    await joined(anyone, 'pair', eventId, { party_size: 2 });
    await joined(anyone, 'single', eventId);
    await giveBack(0);
    await eventually(async () => (await standing(anyone, 'single', eventId)).status, 'PROMOTED');
    expect(await standing(anyone, 'pair', eventId)).toMatchObject({ status: 'WAITING', position: 1 });
    await giveBack(1);
    await giveBack(2);
    const pair = await eventually(
      () => standing(anyone, 'pair', eventId),
      ({ status }) => status === 'PROMOTED',
    );
    expect(pair.offer?.reservation_ids).toHaveLength(2);
  });

  it('of numbered seats, parties wait for the section and the price they want, side by side', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 4, price: '50.00' });
    const { reservations } = await hold(anyone, 'owner', eventId, seatIds);
    await joined(anyone, 'thrifty', eventId, { max_price: '50.00', section: 'Floor', party_size: 2 });
    for (const place of [0, 2]) await release(anyone, 'owner', reservations[place]?.reservation_id as number);
    expect(await standing(anyone, 'thrifty', eventId)).toMatchObject({ status: 'WAITING' });
    // The single seats are of no use to the pair, so who comes now may have one.
    expect((await tryHold(anyone, 'late', eventId, [seatIds[0] as number])).status).toBe(201);
    await release(anyone, 'owner', reservations[3]?.reservation_id as number);
    const pair = await eventually(
      () => standing(anyone, 'thrifty', eventId),
      ({ status }) => status === 'PROMOTED',
    );
    expect([...(pair.offer?.seat_ids ?? [])].sort()).toEqual(seatIds.slice(2));
    const never = await join(anyone, 'dreamer', eventId, { max_price: '49.99' });
    expectRefusal(never, { status: 409, code: 'SEATS_UNKNOWN' });
    expectRefusal(await join(anyone, 'crowd', eventId, { party_size: 11 }), {
      status: 422,
      code: 'TOO_MANY_SEATS',
    });
  });

  it('nobody overtakes: who comes while others wait is sent to the line', async () => {
    const { eventId, giveBack } = await soldOut(2);
    await joined(anyone, 'pair', eventId, { party_size: 2 });
    await giveBack(0);
    const late = expectRefusal(await takeAny(anyone, 'late', eventId), {
      status: 409,
      code: 'WAITLIST_FIRST',
    });
    expect(late.join_url).toBe(`/api/v1/events/${eventId}/waitlist/join`);
    await joined(anyone, 'late', eventId);
    await eventually(async () => (await standing(anyone, 'late', eventId)).status, 'PROMOTED');
  });

  it('who leaves is passed over; who left may join again, at the end', async () => {
    const { eventId, giveBack } = await soldOut(1);
    await joined(anyone, 'ann', eventId);
    await joined(anyone, 'bob', eventId);
    expect(bodyOf(await answer(anyone, 'ann', eventId, 'leave'))).toMatchObject({
      status: 'LEFT',
      position: null,
    });
    expectRefusal(await answer(anyone, 'ann', eventId, 'leave'), { status: 404, code: 'NOT_ON_WAITLIST' });
    expect(await joined(anyone, 'ann', eventId)).toMatchObject({ position: 2 });
    await giveBack(0);
    await eventually(async () => (await standing(anyone, 'bob', eventId)).status, 'PROMOTED');
    expectRefusal(await answer(anyone, 'ann', eventId, 'accept'), { status: 409, code: 'NO_OFFER' });
  });

  it('the line is bounded', async () => {
    const { eventId } = await soldOut(1);
    for (let index = 0; index < 5; index++) await joined(anyone, `u${index}`, eventId);
    const answered = await join(anyone, 'one more', eventId);
    expectRefusal(answered, { status: 429, code: 'WAITLIST_FULL' });
    expect(Number(answered.headers['retry-after'])).toBeGreaterThan(0);
    expect((await join(anyone, 'u0', eventId)).status).toBe(200);
  });

  it('the organiser sees the line, page by page', async () => {
    const { eventId, giveBack } = await soldOut(1);
    for (const user of ['a', 'b', 'c']) await joined(anyone, user, eventId);
    const first = await lineOf(organiser, eventId, '?limit=2');
    expect(first.items.map(({ user_id, position }) => [user_id, position])).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
    expect(first).toMatchObject({ waiting: 3, offered: 0 });
    const rest = await lineOf(organiser, eventId, `?limit=2&after=${first.next_after}`);
    expect(rest.items.map(({ user_id, position }) => [user_id, position])).toEqual([['c', 3]]);
    expect(rest.next_after).toBeNull();
    await giveBack(0);
    await eventually(async () => (await lineOf(organiser, eventId)).waiting, 2);
    const all = await lineOf(organiser, eventId, '?all=true');
    expect(all.items.map(({ status }) => status)).toEqual(['PROMOTED', 'WAITING', 'WAITING']);
  });

  it('is told over the buyer’s channel, over server-sent events and over a WebSocket', async () => {
    const { eventId, giveBack } = await soldOut(1);
    await joined(anyone, 'ann', eventId);
    await joined(anyone, 'bob', eventId);
    const channel = await openQueueSocket(`${program.url}/api/v2/ws/user/ann?user_id=ann`);
    const events = await openQueueEvents(
      `${program.url}/api/v1/events/${eventId}/waitlist/events?user_id=ann`,
    );
    const socket = await openQueueSocket(`${program.url}/api/v1/ws/events/${eventId}/waitlist?user_id=bob`);
    await events.until('waitlist_update');
    await socket.until('waitlist_update');
    await giveBack(0);
    const news = await channel.until('waitlist_update');
    expect(news.data).toMatchObject({ event_id: eventId, status: 'PROMOTED' });
    await eventually(() => events.frames.at(-1)?.data?.status, 'PROMOTED');
    await eventually(() => socket.frames.at(-1)?.data?.position as number | undefined, 1);
    expect(socket.frames[0]?.data).toMatchObject({ user_id: 'bob', position: 2 });
    for (const stream of [channel, events, socket]) stream.close();
    const stranger = openQueueSocket(`${program.url}/api/v1/ws/events/${eventId}/waitlist?user_id=eve`);
    await expect(stranger).rejects.toThrow('404');
  });

  it('refuses what is not an event, not open, or not understood', async () => {
    expectRefusal(await join(anyone, 'ann', 999_999), { status: 404, code: 'EVENT_NOT_FOUND' });
    const closed = bodyOf(
      await organiser.post<{ event_id: number }>('/api/v1/events', {
        event_name: 'x',
        event_date: '2027-12-24T19:00:00',
        total_seats: 3,
        inventory: 'capacity',
      }),
      201,
    );
    expectRefusal(await join(anyone, 'ann', closed.event_id), { status: 409, code: 'SALE_NOT_OPEN' });
    const { eventId } = await soldOut(1);
    for (const wish of [{ party_size: 0 }, { party_size: 1.5 }, { max_price: '-1' }, { seat: 1 }, []])
      expect((await join(anyone, 'ann', eventId, wish)).status, JSON.stringify(wish)).toBe(422);
    expectRefusal(await anyone.post(`/api/v1/events/${eventId}/waitlist/join`, {}), {
      status: 401,
      code: 'IDENTITY_REQUIRED',
    });
    const other = await join(anyone, 'ann', eventId, { user_id: 'bob' });
    expectRefusal(other, { status: 403, code: 'USER_MISMATCH' });
  });
});

describe('with WAITLIST_OFFER_SECONDS', () => {
  const { anyone, organiser, restart } = sharedProgram({ ...QUICK, WAITLIST_OFFER_SECONDS: '2' });

  async function offered(...line: string[]) {
    const eventId = await openCapacity(organiser, 1);
    const { reservations } = bodyOf(await takeAny(anyone, 'owner', eventId), 201);
    for (const user of line) await joined(anyone, user, eventId);
    await release(anyone, 'owner', reservations[0]?.reservation_id as number);
    const first = line[0] as string;
    const offer = await eventually(
      () => standing(anyone, first, eventId),
      ({ status }) => status === 'OFFERED',
    );
    return { eventId, offer };
  }

  it('an offer is accepted, and the seats are then held as long as anybody’s', async () => {
    const { eventId, offer } = await offered('ann', 'bob');
    expect(offer.offer?.answer_by).not.toBeNull();
    const taken = bodyOf(await answer(anyone, 'ann', eventId, 'accept'));
    expect(taken).toMatchObject({ status: 'ACCEPTED' });
    expect(Date.parse(taken.offer?.expires_at ?? '')).toBeGreaterThan(
      Date.parse(offer.offer?.answer_by ?? '') + 60_000,
    );
    expect(bodyOf(await answer(anyone, 'ann', eventId, 'accept'))).toMatchObject({ status: 'ACCEPTED' });
    expect((await tryBook(anyone, 'ann', eventId, taken.offer?.seat_ids ?? [])).status).toBe(201);
    expect(await standing(anyone, 'bob', eventId)).toMatchObject({ status: 'WAITING', position: 1 });
  });

  it('a declined offer is the next one’s at once', async () => {
    const { eventId } = await offered('ann', 'bob');
    bodyOf(await answer(anyone, 'ann', eventId, 'decline'));
    await eventually(async () => (await standing(anyone, 'bob', eventId)).status, 'OFFERED');
    expectRefusal(await answer(anyone, 'ann', eventId, 'accept'), { status: 410, code: 'OFFER_OVER' });
  });

  it('an offer that nobody answers lapses and goes on; leaving declines it', async () => {
    const { eventId } = await offered('ann', 'bob', 'eve');
    await eventually(async () => (await standing(anyone, 'bob', eventId)).status, 'OFFERED');
    expect(await standing(anyone, 'ann', eventId)).toMatchObject({ status: 'LAPSED' });
    expect(bodyOf(await answer(anyone, 'bob', eventId, 'leave'))).toMatchObject({ status: 'DECLINED' });
    await eventually(async () => (await standing(anyone, 'eve', eventId)).status, 'OFFERED');
  });

  it('the line and its offers outlive a restart', async () => {
    const { eventId } = await offered('ann', 'bob');
    await restart();
    expect(['OFFERED', 'LAPSED']).toContain((await standing(anyone, 'ann', eventId)).status);
    await eventually(async () => (await standing(anyone, 'bob', eventId)).status, 'OFFERED');
  });
});
