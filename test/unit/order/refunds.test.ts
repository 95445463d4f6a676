import { describe, expect, it } from 'vitest';
import { sqlPaymentStore } from '../../../src/adapters/sql/payments/payment-store.ts';
import { hashText } from '../../../src/adapters/system/hash-text.ts';
import { OPEN_ADMISSION } from '../../../src/core/admission.ts';
import { MINUTE } from '../../../src/core/clock.ts';
import { flawsOf, standing } from '../../../src/payment/book.ts';
import { saleInMemory } from '../../backends/sale-in-memory.ts';
import { granted, refusedWith } from '../../backends/seat-commands.ts';
import { type Mishap, unsteadyProvider } from '../../backends/unsteady-provider.ts';

/** A paid order of ann for two seats of 100.00 each. */
async function paidOrder() {
  const mishaps: (Mishap | undefined)[] = [];
  const running = await saleInMemory({ paymentProvider: (clock) => unsteadyProvider(clock, mishaps) });
  const { eventId, seatIds } = await running.openEvent(2);
  const ann = { userId: 'ann', sessionId: null, admission: OPEN_ADMISSION, key: undefined };
  granted(await running.sale.reservations.hold(eventId, seatIds, ann));
  const { orderId } = granted(await running.sale.orders.create(eventId, seatIds, 'ann', undefined));
  const orders = () => running.sale.orders;
  granted(await orders().confirmPayment(orderId, 'ann', 'p1', undefined));
  return {
    running,
    mishaps,
    orderId,
    refund: (refundId: string, amount: number) =>
      orders().refundPart(orderId, { refundId, amount, reason: null }, undefined),
    cancel: () => orders().cancel(orderId, 'ann', null, undefined),
    current: async () => granted(await orders().order(orderId, 'ann')),
    counts: () => running.sale.seatStore.counts(eventId),
    async sums() {
      const chain = await sqlPaymentStore(running.database).chain(orderId);
      expect(flawsOf(chain, hashText)).toEqual([]);
      return standing(chain);
    },
    async later() {
      running.clock.advance(MINUTE);
      await orders().driveDue(10);
    },
  };
}

describe('a part of the money', () => {
  it('goes back and the seats stay sold', async () => {
    const { refund, current, counts, sums } = await paidOrder();
    expect(granted(await refund('late start', 30_00))).toMatchObject({ state: 'CONFIRMED', refunded: false });
    expect((await current()).refunds).toMatchObject([
      { refundId: 'late start', amount: 30_00, state: 'DONE' },
    ]);
    expect(await counts()).toMatchObject({ SOLD: 2 });
    expect(await sums()).toMatchObject({ captured: 200_00, refunded: 30_00 });
  });

  it('goes back once under one name, and another amount under it is refused', async () => {
    const { refund, sums } = await paidOrder();
    const first = granted(await refund('r1', 30_00));
    expect(granted(await refund('r1', 30_00))).toEqual(first);
    expect(refusedWith(await refund('r1', 31_00))).toBe('IDEMPOTENCY_MISMATCH');
    expect(await sums()).toMatchObject({ refunded: 30_00 });
  });

  it('is refused when it is more than is left, or nothing', async () => {
    const { refund, sums, current } = await paidOrder();
    await refund('r1', 150_00);
    expect(await refund('r2', 50_01)).toEqual({ refused: 'REFUND_TOO_LARGE', facts: { left: '50.00' } });
    expect(refusedWith(await refund('r2', 0))).toBe('REFUND_TOO_LARGE');
    expect((await current()).refunds).toHaveLength(1);
    granted(await refund('r2', 50_00));
    expect(await sums()).toMatchObject({ captured: 200_00, refunded: 200_00 });
  });

  it.each(['lost', 'answer lost'] as const)('whose request was %s is driven to its end', async (mishap) => {
    const { refund, mishaps, current, later, sums, cancel } = await paidOrder();
    mishaps.push(mishap);
    expect(refusedWith(await refund('r1', 30_00))).toBe('PAYMENT_UNKNOWN');
    expect((await current()).state).toBe('PART_REFUNDING');
    expect(refusedWith(await cancel())).toBe('PAYMENT_IN_PROGRESS');
    expect(refusedWith(await refund('r2', 10_00))).toBe('BOOKING_NOT_REFUNDABLE');
    await later();
    expect(await current()).toMatchObject({ state: 'CONFIRMED', dueAt: null });
    expect(await sums()).toMatchObject({ refunded: 30_00 });
    expect(granted(await refund('r1', 30_00)).state).toBe('CONFIRMED');
    expect(await sums()).toMatchObject({ refunded: 30_00 });
  });

  it('is driven on by the provider’s news at once', async () => {
    const { refund, mishaps, current, running, orderId } = await paidOrder();
    mishaps.push('answer lost');
    await refund('r1', 30_00);
    await running.sale.orders.paymentNews(orderId);
    expect((await current()).state).toBe('CONFIRMED');
  });

  it('survives a crash of the program', async () => {
    const { refund, mishaps, current, running, later, sums } = await paidOrder();
    mishaps.push('answer lost');
    await refund('r1', 30_00);
    await running.restart();
    await later();
    expect((await current()).refunds).toMatchObject([{ state: 'DONE' }]);
    expect(await sums()).toMatchObject({ refunded: 30_00 });
  });

  it('leaves the rest to a cancellation', async () => {
    const { refund, cancel, sums, counts } = await paidOrder();
    await refund('r1', 30_00);
    expect(granted(await cancel())).toMatchObject({ state: 'CANCELLED', refunded: true });
    expect(await sums()).toMatchObject({ captured: 200_00, refunded: 200_00 });
    expect(await counts()).toMatchObject({ SOLD: 0 });
  });

  it('of an order that is not confirmed, or is not there, is refused', async () => {
    const { refund, cancel, running } = await paidOrder();
    await cancel();
    expect(refusedWith(await refund('r1', 1_00))).toBe('BOOKING_NOT_REFUNDABLE');
    const none = await running.sale.orders.refundPart(
      9_999,
      { refundId: 'r', amount: 1, reason: null },
      undefined,
    );
    expect(refusedWith(none)).toBe('BOOKING_NOT_FOUND');
  });
});
