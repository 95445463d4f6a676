import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Role } from '../../../src/roles.ts';
import { stopServers } from '../../backends/on-servers.ts';
import { bodyOf } from '../client.ts';
import { eventually } from '../eventually.ts';
import { type OpenSale, openSale } from '../sale.ts';
import { heardOfSale, type Parts, startParts } from './parts.ts';
import { describeOnNodes, SHARED } from './site.ts';

interface OrderView {
  orderId: number;
  status: string;
  seatIds: number[];
}

describeOnNodes('postgres')('the four services of seed 003, and nothing else', () => {
  let parts: Parts;
  let sale: OpenSale;
  beforeAll(async () => {
    parts = await startParts(['catalog', 'reservation', 'order', 'payment']);
    const organiser = parts.at('catalog').with({ 'x-token': SHARED.ADMIN_TOKEN });
    sale = await openSale(organiser, { rows: 2, seatsInRow: 5, price: '50000', event: { currency: 'KRW' } });
    await heardOfSale(parts, sale.eventId);
  });
  afterAll(async () => {
    await parts?.stop();
    await stopServers();
  });

  const ask = (role: Role, userId = 'ann') => parts.at(role).as(userId);

  it('sell by an order that drives itself', async () => {
    const { eventId } = sale;
    const [seatId] = sale.seatIds as [number];
    bodyOf(await ask('reservation').post('/api/reservations', { eventId, seatId, holdSeconds: 60 }), 201);
    const body = { eventId, seatIds: [seatId] };
    const submitted = await ask('order').post<OrderView>('/api/orders', body, { 'idempotency-key': 'k-1' });
    const { orderId } = bodyOf(submitted);
    const order = async () => bodyOf(await ask('order').get<OrderView>(`/api/orders/${orderId}`)).status;
    await eventually(order, 'CONFIRMED');
    // Its payment is asked about at the payment service, which drives the order no further.
    const paid = await ask('payment').post('/api/payments/authorize', { orderId });
    expect(bodyOf(paid)).toMatchObject({ orderId, status: 'success' });
  });

  it('sell by a reservation that is confirmed at once, paid by another process', async () => {
    const { eventId } = sale;
    const seatId = sale.seatIds[1] as number;
    bodyOf(
      await ask('reservation', 'bob').post('/api/reservations', { eventId, seatId, holdSeconds: 60 }),
      201,
    );
    bodyOf(await ask('reservation', 'bob').post(`/api/reservations/${eventId}/${seatId}/confirm`));
    const [charge] = await parts.query<{ state: string }>(
      `SELECT payment.state FROM payment JOIN orders ON orders.order_id = payment.order_id
       WHERE orders.user_id = 'bob'`,
    );
    expect(charge?.state).toBe('CAPTURED');
    expect((await parts.verified()).findings).toEqual([]);
  });
});
