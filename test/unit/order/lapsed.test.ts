import { describe, expect, it } from 'vitest';
import { OPEN_ADMISSION } from '../../../src/core/admission.ts';
import { MINUTE } from '../../../src/core/clock.ts';
import type { Order } from '../../../src/order/order.ts';
import { type SaleInMemory, saleInMemory } from '../../backends/sale-in-memory.ts';
import { granted, refusedWith } from '../../backends/seat-commands.ts';

/** An order of ann for two of three seats, whose payment deadline has passed while nobody drove it. */
async function lapsedOrder() {
  const running = await saleInMemory();
  const { eventId, seatIds } = await running.openEvent(3);
  const wanted = seatIds.slice(0, 2);
  const claimant = { userId: 'ann', sessionId: null, admission: OPEN_ADMISSION, key: undefined };
  granted(await running.sale.reservations.hold(eventId, wanted, claimant));
  const order = granted(await running.sale.orders.create(eventId, wanted, 'ann', undefined));
  running.clock.advance(10 * MINUTE);
  return { running, eventId, order };
}

type Read = (running: SaleInMemory, order: Order) => Promise<Order | undefined>;

const READINGS: [string, Read][] = [
  ['by its id', async ({ sale }, { orderId }) => granted(await sale.orders.order(orderId, 'ann'))],
  [
    'by its reference',
    async ({ sale }, { reference }) => granted(await sale.orders.orderByReference(reference, 'ann')),
  ],
  ['in the list', async ({ sale }) => (await sale.orders.ordersOf('ann'))[0]],
  ['in the list of the failed', async ({ sale }) => (await sale.orders.ordersOf('ann', ['FAILED']))[0]],
];

describe.each(READINGS)('an order that lapsed, read %s', (_, read) => {
  it('has ended, and its seats are free', async () => {
    const { running, eventId, order } = await lapsedOrder();
    expect(await read(running, order)).toMatchObject({
      orderId: order.orderId,
      state: 'FAILED',
      dueAt: null,
    });
    expect(await running.sale.seatStore.counts(eventId)).toMatchObject({ AVAILABLE: 3, PAYING: 0 });
  });
});

describe('an order that lapsed', () => {
  it('is not among the pending ones', async () => {
    const { running } = await lapsedOrder();
    expect(await running.sale.orders.ordersOf('ann', ['PENDING'])).toEqual([]);
  });

  it('is still nobody else’s, and is not ended by his asking', async () => {
    const { running, eventId, order } = await lapsedOrder();
    const { orders, seatStore } = running.sale;
    expect(refusedWith(await orders.order(order.orderId, 'ben'))).toBe('BOOKING_NOT_FOUND');
    expect(refusedWith(await orders.orderByReference(order.reference, 'ben'))).toBe('BOOKING_NOT_FOUND');
    expect(await orders.ordersOf('ben')).toEqual([]);
    expect(await seatStore.counts(eventId)).toMatchObject({ PAYING: 2 });
  });
});
