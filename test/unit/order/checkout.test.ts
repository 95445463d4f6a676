import { describe, expect, it } from 'vitest';
import { OPEN_ADMISSION } from '../../../src/core/admission.ts';
import { MINUTE } from '../../../src/core/clock.ts';
import { HandClock } from '../../backends/hand-clock.ts';
import { saleInMemory } from '../../backends/sale-in-memory.ts';
import { granted, refusedWith } from '../../backends/seat-commands.ts';
import { type Mishap, unsteadyProvider } from '../../backends/unsteady-provider.ts';

const claimant = (userId: string) => ({ userId, sessionId: null, admission: OPEN_ADMISSION, key: undefined });

/** A sale of four seats of which ann holds the first; what the provider does wrong is told by `mishaps`. */
async function annHolds(mishaps: (Mishap | undefined)[] = []) {
  let provider = unsteadyProvider(new HandClock(), []);
  const running = await saleInMemory({
    paymentProvider: (clock) => {
      provider = unsteadyProvider(clock, mishaps);
      return provider;
    },
  });
  const { eventId, seatIds } = await running.openEvent(4);
  const hold = (seatId: number, userId = 'ann') =>
    running.sale.reservations.hold(eventId, [seatId], claimant(userId));
  const [first, second] = seatIds as [number, number];
  granted(await hold(first));
  let payments = 0;
  return {
    running,
    eventId,
    first,
    second,
    hold,
    books: provider.books,
    checkout: () => running.sale.orders.checkout,
    purchase: (seatId = first, userId = 'ann') => ({ eventId, seatId, userId, paymentId: `p${++payments}` }),
    counts: () => running.sale.seatStore.counts(eventId),
    async quiesce() {
      for (let minute = 0; minute < 20; minute++) {
        running.clock.advance(MINUTE);
        await running.sale.seatStore.expireDue();
        await running.sale.orders.driveDue(100);
      }
    },
  };
}

describe('buying a held seat', () => {
  it('orders, pays and confirms it; again, it is the same', async () => {
    const { checkout, purchase, books, counts } = await annHolds();
    const order = granted(await checkout().buy(purchase(), undefined));
    expect(order).toMatchObject({ state: 'CONFIRMED', attempt: { paymentId: 'p1' } });
    expect(granted(await checkout().buy(purchase(), undefined))).toEqual(order);
    expect(books.captured()).toHaveLength(1);
    expect(await counts()).toMatchObject({ SOLD: 1 });
  });

  it('twenty times at once is one order', async () => {
    const { checkout, purchase, books } = await annHolds();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => checkout().buy(purchase(), undefined)),
    );
    expect(new Set(answers.map((answer) => granted(answer).orderId)).size).toBe(1);
    expect(books.captured()).toHaveLength(1);
  });

  it('that is declined keeps the seat until the hold would have lapsed, and may be tried again', async () => {
    const { running, checkout, purchase, hold, first, counts } = await annHolds(['declined', 'declined']);
    expect(refusedWith(await checkout().buy(purchase(), undefined))).toBe('PAYMENT_FAILED');
    expect(refusedWith(await checkout().buy(purchase(), undefined))).toBe('PAYMENT_FAILED');
    expect(refusedWith(await hold(first, 'ben'))).toBe('SEATS_TAKEN');
    expect(granted(await checkout().buy(purchase(), undefined)).state).toBe('CONFIRMED');
    const lapsing = await annHolds(['declined']);
    await lapsing.checkout().buy(lapsing.purchase(), undefined);
    lapsing.running.clock.advance(10 * MINUTE);
    await lapsing.running.sale.orders.driveDue(10);
    expect(await lapsing.counts()).toMatchObject({ AVAILABLE: 4 });
    expect(refusedWith(await lapsing.checkout().buy(lapsing.purchase(), undefined))).toBe(
      'RESERVATION_EXPIRED',
    );
    expect([running.clock.now() > 0, (await counts()).SOLD]).toEqual([true, 1]);
  });

  it('whose outcome is unknown is asked after, not paid again', async () => {
    const { checkout, purchase, books, quiesce } = await annHolds([undefined, 'answer lost']);
    expect(refusedWith(await checkout().buy(purchase(), undefined))).toBe('PAYMENT_UNKNOWN');
    const again = await checkout().buy(purchase(), undefined);
    await quiesce();
    expect(['PAYMENT_UNKNOWN', undefined]).toContain(refusedWith(again));
    expect(granted(await checkout().buy(purchase(), undefined)).state).toBe('CONFIRMED');
    expect(books.captured()).toHaveLength(1);
  });

  it('says why a seat cannot be bought', async () => {
    const { checkout, purchase, second, first } = await annHolds();
    expect(refusedWith(await checkout().buy(purchase(second), undefined))).toBe('RESERVATION_EXPIRED');
    expect(refusedWith(await checkout().buy(purchase(first, 'ben'), undefined))).toBe('SEAT_NOT_YOURS');
    expect(refusedWith(await checkout().buy(purchase(987_654_321), undefined))).toBe('SEAT_NOT_FOUND');
    granted(await checkout().buy(purchase(), undefined));
    expect(refusedWith(await checkout().buy(purchase(first, 'ben'), undefined))).toBe('SEAT_SOLD');
  });

  it('with a key is done once, also when it is asked again after a restart', async () => {
    const { running, checkout, purchase } = await annHolds();
    const key = { id: 'ann buys', bodyHash: 'first' };
    const order = granted(await checkout().buy(purchase(), key));
    await running.restart();
    expect(granted(await checkout().buy(purchase(), key))).toEqual(order);
    expect(refusedWith(await checkout().buy(purchase(), { ...key, bodyHash: 'other' }))).toBe(
      'IDEMPOTENCY_MISMATCH',
    );
  });
});

describe('where a buyer may have one seat', () => {
  it('the second is refused, and while the first is not decided nothing is bought', async () => {
    const { checkout, purchase, hold, second, quiesce } = await annHolds([undefined, 'answer lost']);
    granted(await hold(second));
    expect(refusedWith(await checkout().buyOnly(purchase(), undefined))).toBe('PAYMENT_UNKNOWN');
    expect(refusedWith(await checkout().buyOnly(purchase(second), undefined))).toBe('PAYMENT_IN_PROGRESS');
    await quiesce();
    granted(await hold(second));
    expect(refusedWith(await checkout().buyOnly(purchase(second), undefined))).toBe('ONE_SEAT_PER_BUYER');
    expect(granted(await checkout().buyOnly(purchase(), undefined)).state).toBe('CONFIRMED');
  });

  it('what was not paid for is given up', async () => {
    const { eventId, checkout, purchase, counts, first } = await annHolds(['declined', 'declined']);
    await checkout().buy(purchase(), undefined);
    expect(await checkout().giveUp(eventId, first, 'ben')).toBe(false);
    expect(await checkout().giveUp(eventId, first, 'ann')).toBe(true);
    expect(await checkout().giveUp(eventId, first, 'ann')).toBe(false);
    expect(await counts()).toMatchObject({ AVAILABLE: 4 });
  });
});

describe('an order that is paid by itself', () => {
  const submitted = async (mishaps: (Mishap | undefined)[] = []) => {
    const sale = await annHolds(mishaps);
    const { eventId, first } = sale;
    const wish = { eventId, seatIds: [first], userId: 'ann' };
    const order = granted(await sale.running.sale.orders.submit(wish, undefined));
    const settle = () => sale.checkout().settle(order.orderId, 'ann', undefined);
    const current = async () => granted(await sale.running.sale.orders.order(order.orderId, 'ann'));
    return { ...sale, order, settle, current };
  };

  it('is answered before it is paid, and settled for whoever asks', async () => {
    const { order, settle } = await submitted();
    expect(order).toMatchObject({ state: 'PENDING', automatic: true });
    expect(granted(await settle()).state).toBe('CONFIRMED');
    expect(granted(await settle()).state).toBe('CONFIRMED');
  });

  it('has failed once it is declined, and its seats are free', async () => {
    const { settle, current, counts, books } = await submitted(['declined']);
    await settle();
    expect((await current()).state).toBe('FAILED');
    expect((await current()).dueAt).toBeNull();
    expect(await counts()).toMatchObject({ AVAILABLE: 4 });
    expect(books.reserved()).toEqual([]);
  });

  it('is tried again while the provider is away, and after a crash', async () => {
    const { running, current, quiesce } = await submitted(['lost']);
    await running.restart();
    await quiesce();
    expect((await current()).state).toBe('CONFIRMED');
  });

  it('is settled by its own buyer only', async () => {
    const { order, checkout } = await submitted();
    expect(refusedWith(await checkout().settle(order.orderId, 'eve', undefined))).toBe('BOOKING_NOT_FOUND');
  });
});

describe('a held seat that could not be paid for', () => {
  const declined = async () => {
    const at = await annHolds(['declined']);
    expect(refusedWith(await at.checkout().buy(at.purchase(), undefined))).toBe('PAYMENT_FAILED');
    const extend = (minutes: number, userId = 'ann', seatId = at.first) =>
      at
        .checkout()
        .extend({ eventId: at.eventId, seatId, userId, additionalMillis: minutes * MINUTE }, undefined);
    return { ...at, extend };
  };

  it('is kept longer than its hold was, can be paid for then, and is free when that is over', async () => {
    for (const pays of [true, false]) {
      const { running, extend, checkout, purchase, counts, quiesce } = await declined();
      const until = running.clock.now() + 12 * MINUTE;
      expect(granted(await extend(2))).toEqual({ hold: { expiresAt: until } });
      running.clock.advance(11 * MINUTE);
      await running.sale.seatStore.expireDue();
      await running.sale.orders.driveDue(10);
      expect(await counts()).toMatchObject({ PAYING: 1 });
      if (pays) expect(granted(await checkout().buy(purchase(), undefined)).state).toBe('CONFIRMED');
      await quiesce();
      expect(await counts()).toMatchObject({ SOLD: pays ? 1 : 0, PAYING: 0, HELD: 0 });
    }
  });

  it('is freed by its order at its time, though it could have been kept longer', async () => {
    const { running, counts } = await declined();
    running.clock.advance(10 * MINUTE);
    await running.sale.orders.driveDue(10);
    expect(await counts()).toMatchObject({ PAYING: 0, AVAILABLE: 4 });
  });

  it('is kept no longer than a hold may last, and by nobody else', async () => {
    const { running, extend, second, hold } = await declined();
    const latest = running.clock.now() + 30 * MINUTE;
    expect(refusedWith(await extend(1, 'ben'))).toBe('RESERVATION_NOT_ACTIVE');
    expect(granted(await extend(60))).toEqual({ hold: { expiresAt: latest } });
    expect(refusedWith(await extend(1))).toBe('EXTENSION_LIMIT');
    running.clock.advance(30 * MINUTE);
    expect(refusedWith(await extend(1))).toBe('RESERVATION_EXPIRED');
    granted(await hold(second));
    expect(refusedWith(await extend(1, 'ann', second))).toBe('RESERVATION_NOT_ACTIVE');
  });

  it('that was booked with a deadline of its own is not kept longer', async () => {
    const { running, eventId, first, checkout } = await annHolds();
    granted(await running.sale.orders.create(eventId, [first], 'ann', undefined));
    const wish = { eventId, seatId: first, userId: 'ann', additionalMillis: MINUTE };
    expect(refusedWith(await checkout().extend(wish, undefined))).toBe('EXTENSION_LIMIT');
  });

  it('under one key is extended once', async () => {
    const { running, eventId, first, checkout, purchase } = await annHolds(['declined']);
    await checkout().buy(purchase(), undefined);
    const key = { id: 'ann extend k', bodyHash: 'b' };
    const wish = { eventId, seatId: first, userId: 'ann', additionalMillis: MINUTE };
    const once = granted(await checkout().extend(wish, key));
    expect(granted(await checkout().extend(wish, key))).toEqual(once);
    const [order] = await running.sale.orders.ordersOf('ann');
    expect(order?.deadline).toBe(once.hold.expiresAt);
  });
});
