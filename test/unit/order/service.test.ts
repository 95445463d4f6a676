import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sqlOrderStore } from '../../../src/adapters/sql/orders/order-store.ts';
import { sqlPaymentStore } from '../../../src/adapters/sql/payments/payment-store.ts';
import { OPEN_ADMISSION } from '../../../src/core/admission.ts';
import { MINUTE } from '../../../src/core/clock.ts';
import { beginAttempt } from '../../../src/order/moves.ts';
import type { Order } from '../../../src/order/order.ts';
import { HandClock } from '../../backends/hand-clock.ts';
import { saleInMemory } from '../../backends/sale-in-memory.ts';
import { granted, refusedWith } from '../../backends/seat-commands.ts';
import { type Mishap, unsteadyProvider } from '../../backends/unsteady-provider.ts';

const claimant = (userId: string) => ({ userId, sessionId: null, admission: OPEN_ADMISSION, key: undefined });

/** A sale with a pending order of ann for two seats; what the provider does wrong is told by `mishaps`. */
async function pendingOrder(mishaps: (Mishap | undefined)[] = []) {
  let provider = unsteadyProvider(new HandClock(), []);
  const running = await saleInMemory({
    paymentProvider: (clock) => {
      provider = unsteadyProvider(clock, mishaps);
      return provider;
    },
  });
  const { eventId, seatIds } = await running.openEvent(3);
  const wanted = seatIds.slice(0, 2);
  granted(await running.sale.reservations.hold(eventId, wanted, claimant('ann')));
  const order = granted(await running.sale.orders.create(eventId, wanted, 'ann', undefined));
  return {
    running,
    eventId,
    seatIds,
    orderId: order.orderId,
    books: provider.books,
    mishaps,
    pay: (paymentId = 'p1') => running.sale.orders.confirmPayment(order.orderId, 'ann', paymentId, undefined),
    cancel: () => running.sale.orders.cancel(order.orderId, 'ann', null, undefined),
    current: async () => granted(await running.sale.orders.order(order.orderId, 'ann')),
    counts: () => running.sale.seatStore.counts(eventId),
  };
}

type Pending = Awaited<ReturnType<typeof pendingOrder>>;

/** As after a crash between the claims of an order and its first row. */
async function unwritten() {
  const pending = await pendingOrder();
  const { running, orderId, eventId, seatIds } = pending;
  const { deadline } = await pending.current();
  await running.database.commit([
    { kind: { write: 'delete', table: 'orders', columns: { order_id: 'int' } }, row: [orderId] },
  ]);
  await running.restart();
  const wanted = seatIds.slice(0, 2);
  return {
    ...pending,
    deadline,
    wanted,
    again: () => running.sale.orders.create(eventId, wanted, 'ann', undefined),
  };
}

/** Lets time pass until every driver has done its work. */
async function quiesce({ running }: Pick<Pending, 'running'>): Promise<void> {
  for (let minute = 0; minute < 40; minute++) {
    running.clock.advance(MINUTE);
    await running.sale.seatStore.expireDue();
    await running.sale.orders.driveDue(100);
  }
}

/** Invariants 22 and 26: money is ours exactly when the seats are theirs, and nothing is left in the middle. */
async function expectSettled(pending: Pending): Promise<Order> {
  const order = await pending.current();
  expect(['CONFIRMED', 'CANCELLED', 'FAILED']).toContain(order.state);
  expect(order.dueAt).toBeNull();
  const isOurs = order.state === 'CONFIRMED';
  expect(pending.books.captured()).toEqual(isOurs ? [order.attempt?.attemptId] : []);
  expect(pending.books.reserved()).toEqual([]);
  expect(await pending.counts()).toMatchObject({ SOLD: isOurs ? 2 : 0, PAYING: 0, HELD: 0 });
  const rows = await pending.running.database.query('SELECT seat_id FROM sale');
  expect(rows).toHaveLength(isOurs ? 2 : 0);
  return order;
}

describe('paying', () => {
  it('sells the seats, takes the money, and answers the same payment id the same', async () => {
    const pending = await pendingOrder();
    const paid = granted(await pending.pay());
    expect(paid).toMatchObject({ state: 'CONFIRMED', amount: 200_00 });
    expect(granted(await pending.pay())).toEqual(paid);
    await expectSettled(pending);
  });

  it('that is declined leaves the order pending, and it may be paid again', async () => {
    const pending = await pendingOrder(['declined']);
    expect(refusedWith(await pending.pay())).toBe('PAYMENT_FAILED');
    expect((await pending.current()).state).toBe('PENDING');
    expect(granted(await pending.pay('p2')).state).toBe('CONFIRMED');
    await expectSettled(pending);
  });

  it('twice at once takes the money once', async () => {
    const pending = await pendingOrder();
    await Promise.all([pending.pay('p1'), pending.pay('p1'), pending.pay('p2')]);
    expect((await expectSettled(pending)).state).toBe('CONFIRMED');
  });

  it('after the deadline is refused, and the seats are free', async () => {
    const pending = await pendingOrder();
    pending.running.clock.advance(10 * MINUTE);
    expect(refusedWith(await pending.pay())).toBe('PAYMENT_DEADLINE_PASSED');
    await quiesce(pending);
    expect((await expectSettled(pending)).state).toBe('FAILED');
    expect(refusedWith(await pending.pay())).toBe('PAYMENT_DEADLINE_PASSED');
  });

  it('whose outcome is unknown says so, and is driven to its end without the buyer', async () => {
    const pending = await pendingOrder([undefined, 'answer lost']);
    expect(refusedWith(await pending.pay())).toBe('PAYMENT_UNKNOWN');
    expect((await pending.current()).state).toBe('UNKNOWN');
    await quiesce(pending);
    expect((await expectSettled(pending)).state).toBe('CONFIRMED');
    expect(granted(await pending.pay()).state).toBe('CONFIRMED');
  });

  it('whose end cannot be written down is not in the book, and comes there with the end, once', async () => {
    const pending = await pendingOrder();
    const book = () => sqlPaymentStore(pending.running.database).chain(pending.orderId);
    // The intent and the sold rows are written, the confirmation after them is not.
    pending.running.faults.failAfter(2);
    await expect(pending.pay()).rejects.toMatchObject({ name: 'Unavailable', indefinite: true });
    expect(pending.books.captured()).toHaveLength(1);
    expect(await book()).toEqual([]);
    await quiesce(pending);
    expect((await expectSettled(pending)).state).toBe('CONFIRMED');
    expect((await book()).map(({ kind }) => kind)).toEqual(['CAPTURED', 'EARNED']);
  });

  it('whose authorization lapsed after the seats were sold gives the seats back', async () => {
    const pending = await pendingOrder([undefined, 'lapsed']);
    expect(refusedWith(await pending.pay())).toBe('PAYMENT_UNKNOWN');
    await quiesce(pending);
    await expectSettled(pending);
  });

  it('that comes late takes free seats anew, and is undone when they are gone', async () => {
    for (const taken of [false, true]) {
      const pending = await pendingOrder(['answer lost']);
      expect(refusedWith(await pending.pay())).toBe('PAYMENT_UNKNOWN');
      pending.running.clock.advance(11 * MINUTE);
      await pending.running.sale.seatStore.expireDue();
      if (taken)
        granted(
          await pending.running.sale.reservations.hold(
            pending.eventId,
            pending.seatIds.slice(0, 1),
            claimant('ben'),
          ),
        );
      await quiesce(pending);
      expect((await expectSettled(pending)).state).toBe(taken ? 'FAILED' : 'CONFIRMED');
    }
  });
});

describe('cancelling', () => {
  it('gives back the seats of a pending order', async () => {
    const pending = await pendingOrder();
    expect(granted(await pending.cancel()).state).toBe('CANCELLED');
    await expectSettled(pending);
    expect(await pending.counts()).toMatchObject({ AVAILABLE: 3 });
  });

  it('refunds a confirmed one, then gives back its seats', async () => {
    const pending = await pendingOrder();
    granted(await pending.pay());
    expect(granted(await pending.cancel())).toMatchObject({ state: 'CANCELLED', refunded: true });
    await expectSettled(pending);
  });

  it('asked again answers the same, even when the refund was finished without the buyer', async () => {
    const pending = await pendingOrder([undefined, undefined, 'answer lost']);
    granted(await pending.pay());
    expect(refusedWith(await pending.cancel())).toBe('PAYMENT_UNKNOWN');
    await quiesce(pending);
    expect(granted(await pending.cancel())).toMatchObject({ state: 'CANCELLED', refunded: true });
  });
});

describe('an order', () => {
  it('of somebody else answers exactly like none', async () => {
    const { running, orderId } = await pendingOrder();
    const { orders } = running.sale;
    for (const id of [orderId, 987_654_321])
      for (const reply of [
        await orders.order(id, 'eve'),
        await orders.confirmPayment(id, 'eve', 'p', undefined),
        await orders.cancel(id, 'eve', null, undefined),
      ])
        expect(reply).toEqual({ refused: 'BOOKING_NOT_FOUND' });
  });

  it('that could not be written down says that it is not known, and its seats are free again soon', async () => {
    const running = await saleInMemory();
    const { eventId, seatIds } = await running.openEvent(2);
    granted(await running.sale.reservations.hold(eventId, seatIds, claimant('ann')));
    // The claim is written, the order after it is not.
    running.faults.failAfter(1);
    await expect(running.sale.orders.create(eventId, seatIds, 'ann', undefined)).rejects.toMatchObject({
      name: 'Unavailable',
      indefinite: true,
    });
    expect(await running.sale.orders.releaseOrphans()).toBe(0);
    expect(await running.sale.orders.releaseOrphans()).toBe(1);
    expect(await running.sale.seatStore.counts(eventId)).toMatchObject({ AVAILABLE: 2, PAYING: 0 });
  });

  it('that another node moved first goes on from there, not from how it was before', async () => {
    const pending = await pendingOrder();
    const elsewhere = sqlOrderStore(pending.running.database, { remembered: 0 });
    const now = pending.running.clock.now();
    const attempt = { attemptId: 'of the other node', paymentId: 'p1', startedAt: now };
    await elsewhere.save(beginAttempt(await pending.current(), attempt, now));
    expect(refusedWith(await pending.pay('p2'))).toBe('PAYMENT_IN_PROGRESS');
    expect(pending.books.reserved(), 'no money was asked for twice').toEqual([]);
    expect(granted(await pending.pay('p1')).attempt?.attemptId).toBe('of the other node');
    await expectSettled(pending);
  });

  it('that was never written down frees its seats some time after the next start', async () => {
    const pending = await unwritten();
    expect(await pending.running.sale.orders.releaseOrphans()).toBe(0);
    expect(await pending.counts()).toMatchObject({ PAYING: 2 });
    expect(await pending.running.sale.orders.releaseOrphans()).toBe(1);
    expect(await pending.counts()).toMatchObject({ PAYING: 0, AVAILABLE: 3 });
  });

  it('that was never written down is what its buyer gets when he asks for it again', async () => {
    const pending = await unwritten();
    const { orderId, seatIds } = pending;
    const order = granted(await pending.again());
    expect(order).toMatchObject({ orderId, state: 'PENDING', amount: 200_00 });
    expect(order.seats.map(({ seatId }) => seatId)).toEqual(seatIds.slice(0, 2));
    expect(refusedWith(await pending.again()), 'an order that is there').toBe('SEAT_NOT_RESERVED');
    await pending.running.sale.orders.releaseOrphans();
    await pending.running.sale.orders.releaseOrphans();
    await pending.pay();
    expect((await expectSettled(pending)).state).toBe('CONFIRMED');
  });

  it('that was never written down is nobody else’s, nor for other seats', async () => {
    const pending = await unwritten();
    const { eventId, wanted, seatIds, running } = pending;
    granted(await running.sale.reservations.hold(eventId, seatIds.slice(2), claimant('ann')));
    const asked = (seats: readonly number[], buyer: string) =>
      running.sale.orders.create(eventId, seats, buyer, undefined).then(refusedWith);
    expect(await asked(wanted, 'bob')).toBe('SEAT_NOT_YOURS');
    expect(await asked(wanted.slice(1), 'ann')).toBe('SEAT_NOT_RESERVED');
    expect(await asked(seatIds, 'ann')).toBe('SEAT_NOT_RESERVED');
    expect(await pending.counts()).toMatchObject({ PAYING: 2, HELD: 1 });
  });

  it('that was never written down has no more time than its claims have', async () => {
    const pending = await unwritten();
    pending.running.clock.advance(9 * MINUTE);
    const order = granted(await pending.again());
    expect(order.deadline).toBe(pending.deadline);
  });
});

describe('whatever the provider does', () => {
  const mishap = fc.constantFrom<Mishap | undefined>(
    undefined,
    undefined,
    'lost',
    'answer lost',
    'declined',
    'lapsed',
  );
  const act = fc.constantFrom('pay', 'pay', 'cancel', 'wait', 'restart');

  it('money is ours exactly when the seats are theirs, once everything has come to rest', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(mishap, { maxLength: 10 }),
        fc.array(act, { maxLength: 6 }),
        async (mishaps, acts) => {
          const pending = await pendingOrder([...mishaps]);
          let payments = 0;
          for (const each of acts) {
            if (each === 'pay') await pending.pay(`p${++payments}`);
            else if (each === 'cancel') await pending.cancel();
            else if (each === 'restart') await pending.running.restart();
            else {
              pending.running.clock.advance(4 * MINUTE);
              await pending.running.sale.seatStore.expireDue();
              await pending.running.sale.orders.driveDue(100);
            }
          }
          pending.mishaps.length = 0;
          await quiesce(pending);
          await expectSettled(pending);
        },
      ),
      { numRuns: 60 },
    );
  });
});
