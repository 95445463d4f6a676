import { describe, expect, it } from 'vitest';
import type { OrdersEvent, OrdersHall } from '../../../src/contract/orders.ts';
import { bodyOf } from '../client.ts';
import { eventually } from '../eventually.ts';
import * as sale from '../sale.ts';
import { sharedProgram } from '../shared-program.ts';
import { enter, gatedSale, openRoom } from '../waiting-line.ts';
import { expectError, hold, INSTANT, orderStatus, seatPath, statusOf, submit } from './orders-client.ts';

const { anyone, organiser, restart } = sharedProgram({ MAX_LIVE_SEATS_PER_USER: '2', HOLD_CHURN_MAX: '1' });
const ann = anyone.as('ann');
const bob = anyone.as('bob');

async function openHall(rows = 1, seatsInRow = 4) {
  const { eventId, seatIds } = await sale.openSale(organiser, { rows, seatsInRow, price: '510.50' });
  return { eventId, seatIds, first: seatIds[0] as number, second: seatIds[1] as number };
}

const FOREVER_GONE = 987_654_321;

describe('events', () => {
  it('are listed and shown, under /api and behind every name that nginx knows', async () => {
    const { eventId } = await openHall();
    const event = bodyOf(await anyone.get<OrdersEvent>(`/api/events/${eventId}`));
    expect(event).toEqual({
      id: eventId,
      title: 'Winter Concert',
      dateTime: '2027-12-24T19:00:00.000Z',
      description: '',
    });
    expect(bodyOf(await anyone.get<OrdersEvent[]>('/api/events'))).toContainEqual(event);
    for (const name of ['', '/catalog', '/reservation', '/order', '/payment'])
      expect(bodyOf(await anyone.get(`/ticketing${name}/api/events/${eventId}`))).toEqual(event);
    for (const path of ['/ticketing/other/api/events', '/ticketingapi/events', '/ticketing/apix/events'])
      expect((await anyone.get(path)).status).toBe(404);
  });

  it('show their seats by row and column', async () => {
    const { eventId, seatIds } = await openHall(2, 3);
    const hall = bodyOf(await anyone.get<OrdersHall>(`/api/events/${eventId}/seats`));
    expect({ rows: hall.rows, cols: hall.cols }).toEqual({ rows: 2, cols: 3 });
    expect(hall.seats).toEqual(
      seatIds.map((id, index) => ({
        id,
        price: 510.5,
        status: 'AVAILABLE',
        r: Math.floor(index / 3) + 1,
        c: (index % 3) + 1,
      })),
    );
  });

  it('that there are not are 404, and what is no id is 422', async () => {
    for (const path of ['', '/seats', '/seats/stream']) {
      expectError(await anyone.get(`/api/events/${FOREVER_GONE}${path}`), 404, 'EVENT_NOT_FOUND');
      expectError(await anyone.get(`/api/events/x${path}`), 422, 'VALIDATION_FAILED');
    }
    expect((await anyone.delete('/api/events')).status).toBe(405);
  });
});

describe('POST /api/reservations', () => {
  it('holds a seat for as long as its caller wants, between 5 and 120 seconds', async () => {
    const { eventId, seatIds } = await openHall();
    const wanted = [
      [1, 5],
      [30, 30],
      [999, 120],
      [-7, 5],
    ] as const;
    for (const [index, [seconds, given]] of wanted.entries()) {
      const before = Date.now();
      const seatId = seatIds[index] as number;
      const answer = await hold(anyone, eventId, seatId, { holdSeconds: seconds });
      const held = bodyOf(answer, 201);
      expect(held).toEqual({
        eventId,
        seatId,
        holdSeconds: given,
        expiresAt: expect.stringMatching(INSTANT),
        traceId: answer.headers['trace-id'],
      });
      const madeAt = Date.parse(held.expiresAt) - given * 1_000;
      // The clocks of the two processes may differ by a little.
      expect(madeAt).toBeGreaterThan(before - 100);
      expect(madeAt).toBeLessThan(Date.now() + 100);
      expect(await statusOf(anyone, eventId, seatId)).toBe('HELD');
    }
  });

  it('is refused for a held seat with 409, for a sold or blocked one with 422', async () => {
    const { eventId, first, second } = await openHall();
    bodyOf(await hold(ann, eventId, first), 201);
    expectError(await hold(bob, eventId, first), 409, 'RESERVATION_CONFLICT');
    expectError(await hold(ann, eventId, first), 409, 'RESERVATION_CONFLICT');
    bodyOf(await ann.post(`${seatPath(eventId, first)}/confirm`));
    expectError(await hold(bob, eventId, first), 422, 'VALIDATION_FAILED');
    bodyOf(await organiser.post(`/api/v1/events/${eventId}/seats/block`, { seat_ids: [second] }));
    expectError(await hold(bob, eventId, second), 422, 'VALIDATION_FAILED');
  });

  it('knows events and seats', async () => {
    const { eventId, first } = await openHall();
    const other = await openHall();
    expectError(await hold(ann, FOREVER_GONE, first), 404, 'EVENT_NOT_FOUND');
    expectError(await hold(ann, eventId, FOREVER_GONE), 404, 'SEAT_NOT_FOUND');
    expectError(await hold(ann, eventId, other.first), 404, 'SEAT_NOT_FOUND');
    bodyOf(await organiser.patch(`/api/v1/events/${eventId}`, { status: 'PAUSED' }));
    expectError(await hold(ann, eventId, first), 409, 'SALE_NOT_OPEN');
  });

  it.each([
    [{ eventId: 1 }, 'VALIDATION_FAILED'],
    [{ eventId: '1', seatId: 1 }, 'VALIDATION_FAILED'],
    [{ eventId: 1, seatId: 1.5 }, 'VALIDATION_FAILED'],
    [{ eventId: 1, seatId: 2 ** 53 }, 'VALIDATION_FAILED'],
    [{ eventId: 1, seatId: 1, holdSeconds: 'long' }, 'VALIDATION_FAILED'],
    [{ eventId: 1, seatId: 1, price: 1 }, 'UNKNOWN_FIELD'],
    [[], 'VALIDATION_FAILED'],
    [undefined, 'VALIDATION_FAILED'],
  ])('refuses %j', async (body, code) => {
    expectError(await ann.post('/api/reservations', body), 422, code);
  });

  it('answers a repeated Idempotency-Key byte for byte, trace included', async () => {
    const { eventId, first, second } = await openHall();
    const headers = { 'idempotency-key': 'hold once' };
    const once = await hold(ann, eventId, first, { headers });
    const again = await hold(ann, eventId, first, { headers });
    expect([again.status, again.text]).toEqual([201, once.text]);
    expectError(await hold(ann, eventId, second, { headers }), 422, 'IDEMPOTENCY_MISMATCH');
  });
});

describe('the caller', () => {
  it('is named by X-User-ID, else by X-Caller-Id, else is anonymous', async () => {
    const { eventId, seatIds } = await openHall();
    const [first, second, third] = seatIds as [number, number, number];
    const cat = anyone.with({ 'x-caller-id': 'cat' });
    bodyOf(await hold(cat, eventId, first), 201);
    bodyOf(await hold(cat.as('dan'), eventId, second), 201);
    bodyOf(await hold(anyone, eventId, third), 201);
    const extend = (client: typeof cat, seat: number) => client.post(`${seatPath(eventId, seat)}/extend`);
    bodyOf(await extend(anyone.as('cat'), first));
    expectError(await extend(anyone, first), 409, 'RESERVATION_CONFLICT');
    expectError(await extend(cat, second), 409, 'RESERVATION_CONFLICT');
    bodyOf(await extend(anyone.as('dan'), second));
    bodyOf(await extend(anyone, third));
    expectError(await extend(cat, third), 409, 'RESERVATION_CONFLICT');
  });

  it('has 1 to 128 characters, and one header', async () => {
    const { eventId, first } = await openHall();
    for (const name of ['', '  ', 'x'.repeat(129)])
      expectError(await hold(anyone.with({ 'x-caller-id': name }), eventId, first), 400, 'IDENTITY_INVALID');
  });

  it('is limited per buyer when he has a name, and not when nothing tells him from the others', async () => {
    const { eventId, seatIds } = await openHall(1, 6);
    const results = [];
    for (const seat of seatIds.slice(0, 3)) results.push((await hold(ann, eventId, seat)).status);
    expect(results).toEqual([201, 201, 409]);
    for (const seat of seatIds.slice(2)) bodyOf(await hold(anyone, eventId, seat, { holdSeconds: 5 }), 201);
    await eventually(() => statusOf(anyone, eventId, seatIds[5] as number), 'AVAILABLE');
    // Four of his holds have lapsed; one would do for a named buyer.
    bodyOf(await hold(anyone, eventId, seatIds[5] as number), 201);
  });
});

describe('a held seat', () => {
  it('is extended by what is added to what remains', async () => {
    const { eventId, first } = await openHall();
    const { expiresAt } = bodyOf(await hold(ann, eventId, first, { holdSeconds: 60 }), 201);
    const path = `${seatPath(eventId, first)}/extend`;
    const extended = bodyOf(await ann.post<{ expiresAt: string }>(path, { seconds: 45 }));
    expect(extended).toEqual({ expiresAt: expect.stringMatching(INSTANT) });
    expect(Date.parse(extended.expiresAt) - Date.parse(expiresAt)).toBe(45_000);
    const byDefault = bodyOf(await ann.post<{ expiresAt: string }>(path));
    expect(Date.parse(byDefault.expiresAt) - Date.parse(extended.expiresAt)).toBe(30_000);
    const atMost = bodyOf(await ann.post<{ expiresAt: string }>(path, { seconds: 86_400 }));
    expect(Date.parse(atMost.expiresAt) - Date.parse(expiresAt)).toBe(1_740_000);
    expectError(await ann.post(path, { seconds: 1 }), 409, 'EXTENSION_LIMIT');
    expectError(await ann.post(path, { seconds: 0 }), 422, 'VALIDATION_FAILED');
  });

  it('is given back once', async () => {
    const { eventId, first } = await openHall();
    bodyOf(await hold(ann, eventId, first), 201);
    const given = await ann.delete(seatPath(eventId, first));
    expect([given.status, given.text]).toEqual([204, '']);
    expectError(await ann.delete(seatPath(eventId, first)), 410, 'RESERVATION_EXPIRED');
    expect(await statusOf(anyone, eventId, first)).toBe('AVAILABLE');
  });

  it('is confirmed: ordered, paid and sold in one request, and the same again', async () => {
    const { eventId, first } = await openHall();
    bodyOf(await hold(ann, eventId, first), 201);
    const answer = await ann.post(`${seatPath(eventId, first)}/confirm`);
    expect(bodyOf(answer)).toEqual({
      eventId,
      seatId: first,
      traceId: answer.headers['trace-id'],
      confirmedAt: expect.stringMatching(INSTANT),
    });
    expect((await ann.post(`${seatPath(eventId, first)}/confirm`)).text).toBe(answer.text);
    expect(await statusOf(anyone, eventId, first)).toBe('SOLD');
    const bookings = bodyOf(await ann.get<{ seats: { seat_id: number }[] }[]>('/api/v1/bookings'));
    expect(bookings.filter(({ seats }) => seats.some((seat) => seat.seat_id === first))).toHaveLength(1);
  });

  it('that is gone is 410, that another has 409, that there is not 404', async () => {
    const { eventId, first, second } = await openHall();
    bodyOf(await hold(bob, eventId, second), 201);
    const ways = [
      (seat: number, event = eventId) => ann.post(`${seatPath(event, seat)}/extend`),
      (seat: number, event = eventId) => ann.post(`${seatPath(event, seat)}/confirm`),
      (seat: number, event = eventId) => ann.delete(seatPath(event, seat)),
    ];
    for (const way of ways) {
      expectError(await way(first), 410, 'RESERVATION_EXPIRED');
      expectError(await way(second), 409, 'RESERVATION_CONFLICT');
      expectError(await way(FOREVER_GONE), 404, 'SEAT_NOT_FOUND');
      expectError(await way(first, FOREVER_GONE), 404, 'EVENT_NOT_FOUND');
    }
    bodyOf(await hold(ann, eventId, first, { holdSeconds: 5 }), 201);
    await eventually(() => statusOf(anyone, eventId, first), 'AVAILABLE');
    for (const way of ways) expectError(await way(first), 410, 'RESERVATION_EXPIRED');
  });
});

describe('POST /api/orders', () => {
  it('answers at once, is paid by itself, and answers the outcome to whoever asks for it', async () => {
    const { eventId, first, second } = await openHall();
    for (const seat of [first, second]) bodyOf(await hold(ann, eventId, seat), 201);
    const answer = await submit(ann, eventId, [first, second], 'order once');
    const order = bodyOf(answer);
    expect(order).toEqual({
      orderId: order.orderId,
      status: 'CREATED',
      eventId,
      seatIds: [first, second],
      createdAt: expect.stringMatching(INSTANT),
    });
    await eventually(() => orderStatus(ann, order.orderId), 'CONFIRMED');
    expect(await statusOf(anyone, eventId, first)).toBe('SOLD');
    expect((await submit(ann, eventId, [first, second], 'order once')).text).toBe(answer.text);
    expectError(await submit(ann, eventId, [first], 'order once'), 422, 'IDEMPOTENCY_MISMATCH');
    const paid = await ann.post('/api/payments/authorize', { orderId: order.orderId });
    expect(bodyOf(paid)).toEqual({
      orderId: order.orderId,
      status: 'success',
      traceId: paid.headers['trace-id'],
    });
  });

  it('has an outcome that is answered byte for byte again to whoever asks with a key, the trace included', async () => {
    const { eventId, first } = await openHall();
    bodyOf(await hold(ann, eventId, first), 201);
    const { orderId } = bodyOf(await submit(ann, eventId, [first], 'asked twice'));
    const ask = () => ann.post('/api/payments/authorize', { orderId }, { 'idempotency-key': 'asked twice' });
    const answer = await ask();
    expect(bodyOf(answer)).toMatchObject({ status: 'success', traceId: answer.headers['trace-id'] });
    await restart();
    const again = await ask();
    expect(again.text).toBe(answer.text);
    expect(again.headers['trace-id']).not.toBe(answer.headers['trace-id']);
  });

  it('sent many times at once with one key is one order, and each is answered byte for byte alike', async () => {
    const { eventId, first } = await openHall();
    bodyOf(await hold(ann, eventId, first), 201);
    const sent = Array.from({ length: 20 }, () => submit(ann, eventId, [first], 'sent at once'));
    const answers = new Set((await Promise.all(sent)).map(({ status, text }) => `${status} ${text}`));
    expect([...answers]).toEqual([expect.stringContaining('200 {"orderId":')]);
  });

  it('needs an Idempotency-Key, and seats that its caller holds', async () => {
    const { eventId, first, second } = await openHall();
    bodyOf(await hold(ann, eventId, first), 201);
    const body = { eventId, seatIds: [first] };
    expectError(await ann.post('/api/orders', body), 400, 'IDEMPOTENCY_KEY_INVALID');
    expectError(
      await ann.post('/api/orders', body, { 'idempotency-key': 'x'.repeat(256) }),
      400,
      'IDEMPOTENCY_KEY_INVALID',
    );
    expectError(await submit(bob, eventId, [first]), 409, 'RESERVATION_CONFLICT');
    expectError(await submit(ann, eventId, [first, second]), 409, 'RESERVATION_CONFLICT');
    expectError(await submit(ann, eventId, [FOREVER_GONE]), 409, 'RESERVATION_CONFLICT');
    expectError(await submit(ann, eventId, [first, first]), 422, 'DUPLICATE_SEAT_IDS');
    expectError(await submit(ann, eventId, []), 422, 'VALIDATION_FAILED');
    expect(await statusOf(anyone, eventId, first)).toBe('HELD');
  });

  it('of a hold that has lapsed is 409', async () => {
    const { eventId, first } = await openHall();
    bodyOf(await hold(ann, eventId, first, { holdSeconds: 5 }), 201);
    await eventually(() => statusOf(anyone, eventId, first), 'AVAILABLE');
    expectError(await submit(ann, eventId, [first]), 409, 'RESERVATION_CONFLICT');
  });

  it('is nobody else’s to see or to pay', async () => {
    const { eventId, first } = await openHall();
    bodyOf(await hold(ann, eventId, first), 201);
    const { orderId } = bodyOf(await submit(ann, eventId, [first]));
    for (const id of [orderId, FOREVER_GONE]) {
      expectError(await bob.get(`/api/orders/${id}`), 404, 'ORDER_NOT_FOUND');
      expectError(await bob.post('/api/payments/authorize', { orderId: id }), 404, 'ORDER_NOT_FOUND');
    }
    expectError(await ann.post('/api/payments/authorize', {}), 422, 'VALIDATION_FAILED');
  });
});

describe('with the other editions', () => {
  it('a seat held through one face is held in all', async () => {
    const { eventId, first, second } = await openHall();
    bodyOf(await hold(ann, eventId, first), 201);
    expect(await sale.statusOfSeat(anyone, first)).toBe('RESERVED');
    expect((await sale.tryHold(anyone, 'bob', eventId, [first])).status).toBe(409);
    await sale.hold(anyone, 'bob', eventId, [second]);
    expectError(await hold(ann, eventId, second), 409, 'RESERVATION_CONFLICT');
    const { booking_id } = await sale.book(anyone, 'dan', eventId, [(await openSeat(eventId)) as number]);
    expect(
      bodyOf(await anyone.as('dan').post('/api/payments/authorize', { orderId: booking_id })),
    ).toMatchObject({ status: 'success' });
  });

  it('a gated event needs a session, in the header or in the cookie', async () => {
    const { eventId, seatIds } = await gatedSale(organiser, 2);
    const [first] = seatIds as [number, number];
    expectError(await hold(ann, eventId, first), 403, 'ADMISSION_REQUIRED');
    expectError(await hold(anyone, eventId, first), 403, 'ADMISSION_REQUIRED');
    expectError(await submit(ann, eventId, [first]), 403, 'ADMISSION_REQUIRED');
    expectError(await ann.post(`${seatPath(eventId, first)}/confirm`), 403, 'ADMISSION_REQUIRED');
    bodyOf(await openRoom(organiser, eventId));
    const { 'x-sale-session': session } = await enter(anyone, 'ann', eventId);
    const browser = ann.with({ cookie: `theme=dark; sale_session=${session}` });
    bodyOf(await hold(browser, eventId, first), 201);
    bodyOf(await browser.post(`${seatPath(eventId, first)}/confirm`));
  });
});

async function openSeat(eventId: number): Promise<number | undefined> {
  const { seats } = bodyOf(await anyone.get<OrdersHall>(`/api/events/${eventId}/seats`));
  return seats.find(({ status }) => status === 'AVAILABLE')?.id;
}

describe('three hundred at one seat', () => {
  it('one has it, and everybody else is told so', async () => {
    const { eventId, first } = await openHall();
    const answers = await Promise.all(
      Array.from({ length: 300 }, (_, index) => hold(anyone.as(`crowd-${index}`), eventId, first)),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(299);
  });
});

describe('POST /admin/test-reset', () => {
  it('is the organiser’s, and makes every seat free again', async () => {
    const { eventId, seatIds } = await openHall();
    const [first, second, third] = seatIds as [number, number, number];
    bodyOf(await hold(anyone, eventId, first), 201);
    bodyOf(await hold(ann, eventId, second), 201);
    bodyOf(await ann.post(`${seatPath(eventId, second)}/confirm`));
    await sale.book(anyone, 'bob', eventId, [third]);
    const path = `/admin/test-reset?eventId=${eventId}`;
    expectError(await anyone.post(path), 401, 'IDENTITY_REQUIRED');
    expectError(await ann.post(path), 403, 'ORGANISER_ONLY');
    expectError(await organiser.post('/admin/test-reset'), 422, 'VALIDATION_FAILED');
    expectError(await organiser.post(`/admin/test-reset?eventId=${FOREVER_GONE}`), 404, 'EVENT_NOT_FOUND');
    bodyOf(await organiser.post(path));
    const { seats } = bodyOf(await anyone.get<OrdersHall>(`/api/events/${eventId}/seats`));
    expect(new Set(seats.map(({ status }) => status))).toEqual(new Set(['AVAILABLE']));
    bodyOf(await hold(bob, eventId, second), 201);
  });
});

describe('the house', () => {
  it('is up', async () => {
    expect(bodyOf(await anyone.get('/actuator/health'))).toEqual({ status: 'UP' });
    expect(bodyOf(await anyone.get('/ticketing/order/actuator/health'))).toEqual({ status: 'UP' });
  });

  it('knows after a restart what it answered before', async () => {
    const { eventId, first, second } = await openHall();
    const held = await hold(ann, eventId, first, { headers: { 'idempotency-key': 'kept' } });
    const order = await submitHeld(eventId, second);
    await restart();
    expect((await hold(ann, eventId, first, { headers: { 'idempotency-key': 'kept' } })).text).toBe(
      held.text,
    );
    await eventually(() => orderStatus(bob, order), 'CONFIRMED');
    expect(await statusOf(anyone, eventId, first)).toBe('HELD');
  });
});

async function submitHeld(eventId: number, seatId: number): Promise<number> {
  bodyOf(await hold(bob, eventId, seatId), 201);
  return bodyOf(await submit(bob, eventId, [seatId])).orderId;
}
