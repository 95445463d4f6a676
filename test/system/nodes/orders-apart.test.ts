import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { OrdersEvent, OrdersHall, SubmittedOrder } from '../../../src/contract/orders.ts';
import { stopServers } from '../../backends/on-servers.ts';
import { bodyOf, type Client, clientOf } from '../client.ts';
import * as orders from '../editions/orders-client.ts';
import { eventually } from '../eventually.ts';
import { openSale } from '../sale.ts';
import { type Nginx, nginxBefore } from './nginx.ts';
import { heardOfSale, type Parts, startParts } from './parts.ts';
import { describeOnNodes, SHARED } from './site.ts';

const { expectError, orderStatus, seatPath, statusOf, submit } = orders;
const hold = (client: Client, eventId: number, seatId: number) =>
  orders.hold(client, eventId, seatId, { holdSeconds: 100 });

const SERVICES = ['catalog', 'reservation', 'order', 'payment'] as const;
/** Words of a client's path, and the service whose path it is. */
const SERVICE_OF = { events: 'catalog', reservations: 'reservation', orders: 'order', payments: 'payment' };

describeOnNodes('postgres')('the orders edition, four processes behind one nginx', () => {
  let parts: Parts;
  let nginx: Nginx;
  beforeAll(async () => {
    // Longer than any process of a busy machine is away.
    parts = await startParts(SERVICES, { MAX_HOLD_TOTAL_SECONDS: '300' });
    const ports = SERVICES.map((role) => [role, Number(new URL(parts.of(role).url).port)] as const);
    const services = Object.fromEntries(ports) as Record<(typeof SERVICES)[number], number>;
    nginx = await nginxBefore([services.catalog], { services });
  });
  beforeEach(() => parts.recover());
  afterAll(async () => {
    await nginx?.stop();
    await parts?.stop();
    await stopServers();
  });

  /** A caller who knows nginx alone, and calls every path as this says. */
  const through = (wordsBefore: (service: string) => string, userId: string): Client => {
    const plain = clientOf({ url: nginx.url }).as(userId);
    const path = (api: string) => {
      const [, word = ''] = /^\/api\/([a-z]+)/.exec(api) ?? [];
      return wordsBefore(SERVICE_OF[word as keyof typeof SERVICE_OF]) + api;
    };
    return {
      ...plain,
      get: (api, headers) => plain.get(path(api), headers),
      post: (api, body, headers) => plain.post(path(api), body, headers),
      delete: (api, headers) => plain.delete(path(api), headers),
    };
  };
  const WAYS = {
    '/ticketing/{service}/api': (service: string) => `/ticketing/${service}`,
    '/ticketing/api': () => '/ticketing',
    '/api': () => '',
  };
  const ask = (userId: string) => through(WAYS['/ticketing/api'], userId);

  async function onSale(seatsInRow = 4) {
    const organiser = parts.at('catalog').with({ 'x-token': SHARED.ADMIN_TOKEN });
    const hall = { rows: 1, seatsInRow, price: '50000', event: { currency: 'KRW' } };
    const sale = await openSale(organiser, hall);
    await heardOfSale(parts, sale.eventId);
    return sale;
  }

  /** What the ledger says of money and seats: nobody has paid for what he has not. */
  async function expectNoChargeWithoutSeat() {
    const charged = await parts.query(
      `SELECT orders.order_id, orders.state FROM payment JOIN orders ON orders.order_id = payment.order_id
       WHERE payment.state = 'CAPTURED' AND orders.state <> 'CONFIRMED'`,
    );
    expect(charged).toEqual([]);
    expect((await parts.verified()).findings).toEqual([]);
  }

  it.each(Object.entries(WAYS))('sells a seat by each of its ways, called as %s', async (_way, words) => {
    const { eventId, seatIds } = await onSale();
    const [first, second, third] = seatIds as [number, number, number];
    const ann = through(words, 'ann');
    const ben = through(words, 'ben');
    const events = bodyOf(await ann.get<OrdersEvent[]>('/api/events'));
    expect(events.map(({ id }) => id)).toContain(eventId);
    expect(bodyOf(await ann.get<OrdersEvent>(`/api/events/${eventId}`)).id).toBe(eventId);
    const { rows, cols, seats } = bodyOf(await ann.get<OrdersHall>(`/api/events/${eventId}/seats`));
    expect([rows, cols, seats.length]).toEqual([1, 4, 4]);

    bodyOf(await hold(ann, eventId, first), 201);
    expectError(await hold(ben, eventId, first), 409, 'RESERVATION_CONFLICT');
    bodyOf(await ann.post(`${seatPath(eventId, first)}/extend`, { seconds: 10 }));
    expectError(
      await ben.post(`${seatPath(eventId, first)}/extend`, { seconds: 10 }),
      ...([409, 'RESERVATION_CONFLICT'] as const),
    );
    bodyOf(await ann.post(`${seatPath(eventId, first)}/confirm`));
    expectError(await hold(ben, eventId, first), 422, 'VALIDATION_FAILED');

    bodyOf(await hold(ann, eventId, second), 201);
    expectError(await submit(ben, eventId, [second]), 409, 'RESERVATION_CONFLICT');
    const submitted = bodyOf(await submit(ann, eventId, [second], `key ${eventId}`));
    await eventually(() => orderStatus(ann, submitted.orderId), 'CONFIRMED');
    const again = await submit(ann, eventId, [second], `key ${eventId}`);
    expect(bodyOf(again)).toEqual(submitted);
    expect((await submit(ann, eventId, [second, third], `key ${eventId}`)).status).toBe(422);
    const keyless = await ann.post('/api/orders', { eventId, seatIds: [third] });
    expect(keyless.status).toBe(400);
    expectError(await ben.get(`/api/orders/${submitted.orderId}`), 404, 'ORDER_NOT_FOUND');
    const { orderId } = submitted;
    const paid = await ann.post('/api/payments/authorize', { orderId });
    expect(bodyOf(paid)).toMatchObject({ orderId, status: 'success' });

    bodyOf(await hold(ann, eventId, third), 201);
    expect((await ann.delete(seatPath(eventId, third))).status).toBe(204);
    expectError(await ann.delete(seatPath(eventId, third)), 410, 'RESERVATION_EXPIRED');
    expectError(await ann.post(`${seatPath(eventId, third)}/confirm`), 410, 'RESERVATION_EXPIRED');
    expectError(await ann.get('/api/events/999999/seats'), 404, 'EVENT_NOT_FOUND');
    const nonsense = await ann.post('/api/reservations', { eventId, seatId: 'A1', holdSeconds: 60 });
    expectError(nonsense, 422, 'VALIDATION_FAILED');
    const statuses = await Promise.all(seatIds.map((seatId) => statusOf(ann, eventId, seatId)));
    expect(statuses).toEqual(['SOLD', 'SOLD', 'AVAILABLE', 'AVAILABLE']);
    await expectNoChargeWithoutSeat();
  });

  it('keeps a seat that could not be paid for, and gives back what was ordered', async () => {
    const { eventId, seatIds } = await onSale();
    const [first, second] = seatIds as [number, number];
    const ann = ask('ann');
    await parts.of('payment').stop();
    await parts.of('payment').start({ PAYMENT_FAILURE_RATE: '1' });
    bodyOf(await hold(ann, eventId, first), 201);
    expectError(await ann.post(`${seatPath(eventId, first)}/confirm`), 402, 'PAYMENT_FAILED');
    expect(await statusOf(ann, eventId, first)).toBe('HELD');
    const { expiresAt } = bodyOf(
      await ann.post<{ expiresAt: string }>(`${seatPath(eventId, first)}/extend`, { seconds: 5 }),
    );
    expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now());
    bodyOf(await hold(ann, eventId, second), 201);
    const { orderId } = bodyOf(await submit(ann, eventId, [second]));
    await eventually(() => orderStatus(ann, orderId), 'CANCELLED');
    await eventually(() => statusOf(ann, eventId, second), 'AVAILABLE');
    await expectNoChargeWithoutSeat();

    await parts.of('payment').stop();
    await parts.of('payment').start();
    bodyOf(await ann.post(`${seatPath(eventId, first)}/confirm`));
    await expectNoChargeWithoutSeat();
  });

  it('while the payment is away, refuses to confirm with 503 and charges nobody; then all goes on', async () => {
    const { eventId, seatIds } = await onSale();
    const [first, second] = seatIds as [number, number];
    const ann = ask('ann');
    for (const seatId of [first, second]) bodyOf(await hold(ann, eventId, seatId), 201);
    await parts.of('payment').kill();
    const refused = await ann.post(`${seatPath(eventId, first)}/confirm`);
    expectError(refused, 503, 'UNAVAILABLE');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect(await statusOf(ann, eventId, first)).toBe('HELD');
    const { orderId } = bodyOf(await submit(ann, eventId, [second]));
    expect(await orderStatus(ann, orderId)).toBe('CREATED');
    await expectNoChargeWithoutSeat();
    await parts.of('payment').start();
    const confirmed = () => ann.post(`${seatPath(eventId, first)}/confirm`);
    await eventually(async () => (await confirmed()).status, 200, { everyMillis: 250 });
    await eventually(() => orderStatus(ann, orderId), 'CONFIRMED');
    await expectNoChargeWithoutSeat();
  });

  it.each([
    [
      'reservation',
      (ann: Client, eventId: number, [, seat]: readonly number[]) => hold(ann, eventId, seat as number),
    ],
    [
      'order',
      (ann: Client, eventId: number, [seat]: readonly number[]) =>
        submit(ann, eventId, [seat as number], 'one'),
    ],
    ['catalog', (ann: Client, eventId: number) => ann.get<SubmittedOrder>(`/api/events/${eventId}/seats`)],
  ] as const)('while the %s is away, says so with 503, and serves the rest', async (role, what) => {
    const { eventId, seatIds } = await onSale();
    const ann = ask('ann');
    bodyOf(await hold(ann, eventId, seatIds[0] as number), 201);
    await parts.of(role).kill();
    const refused = await what(ann, eventId, seatIds);
    expectError(refused, 503, 'UNAVAILABLE');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    const others = SERVICES.filter((other) => other !== role);
    for (const other of others) expect((await parts.at(other).get('/ready')).status).toBe(200);
    await parts.of(role).start();
    await eventually(async () => (await what(ann, eventId, seatIds)).status < 300, true);
    await expectNoChargeWithoutSeat();
  });
});
