import { describe, expect, it } from 'vitest';
import { BrokenInvariant } from '../../../src/core/assert.ts';
import { beginAttempt, confirmed, declined, moved, newOrder } from '../../../src/order/moves.ts';
import {
  nextOf,
  ORDER_STATES,
  type Order,
  type OrderState,
  PATIENCE,
  SAGA,
} from '../../../src/order/order.ts';

const order = (state: OrderState): Order => ({
  ...newOrder(
    {
      orderId: 1,
      reference: 'BK-1',
      eventId: 1,
      userId: 'ann',
      currency: 'USD',
      deadline: 1_000,
      seats: [10_00, 5_50].map((price, index) => ({
        seatId: index + 1,
        number: `A${index + 1}`,
        section: null,
        row: null,
        type: 'REGULAR',
        price,
        x: null,
        y: null,
        createdAt: 0,
        fence: 7,
      })),
    },
    0,
  ),
  state,
});

const pairs = ORDER_STATES.flatMap((from) => ORDER_STATES.map((to) => ({ from, to })));

describe('an order', () => {
  it('costs what its seats cost', () => {
    expect(order('PENDING')).toMatchObject({ amount: 15_50, revision: 1, dueAt: 1_000 });
  });

  it.each(pairs)('goes from $from to $to exactly when the saga has it', ({ from, to }) => {
    const act = () => moved(order(from), to, 500);
    if (nextOf(from).includes(to)) expect(act()).toMatchObject({ state: to, revision: 2 });
    else expect(act).toThrow(BrokenInvariant);
  });

  it.each(pairs.filter(({ from, to }) => nextOf(from).includes(to)))(
    'that went from $from to $to has a driver unless it is at an end',
    ({ from, to }) => {
      const { driver } = SAGA[to];
      const due = { deadline: 1_000, reconciler: 500 + PATIENCE };
      expect(moved(order(from), to, 500).dueAt).toBe(driver === null ? null : due[driver]);
    },
  );

  it('that nothing drives has nowhere to go by itself: confirmed, cancelled or failed', () => {
    const undriven = ORDER_STATES.filter((state) => SAGA[state].driver === null);
    expect(undriven).toEqual(['CONFIRMED', 'CANCELLED', 'FAILED']);
    expect(undriven.flatMap(nextOf)).toEqual(['PART_REFUNDING', 'REFUNDING']);
  });

  it('can reach an end from every state', () => {
    const ends = new Set<OrderState>(['CONFIRMED', 'CANCELLED', 'FAILED']);
    for (const start of ORDER_STATES) {
      const seen = new Set<OrderState>([start]);
      for (const state of seen) for (const next of nextOf(state)) seen.add(next);
      expect(
        [...seen].some((state) => ends.has(state)),
        start,
      ).toBe(true);
    }
  });

  it('can be undone wherever it has seats or money, and is then never confirmed unless it is paid for anew', () => {
    const undoable = ORDER_STATES.filter((state) => SAGA[state].undo.length > 0);
    expect(undoable).toEqual(['PENDING', 'AUTHORIZING', 'UNKNOWN', 'CONFIRMED']);
    for (const undone of undoable.flatMap((state) => SAGA[state].undo)) {
      const seen = new Set<OrderState>([undone]);
      for (const state of seen) if (state !== 'PENDING') for (const next of nextOf(state)) seen.add(next);
      expect([...seen], undone).not.toContain('CONFIRMED');
    }
  });

  it('says when it ended, and whether its money went back', () => {
    expect(moved(order('PENDING'), 'CANCELLED', 500)).toMatchObject({ endedAt: 500, refunded: false });
    expect(moved(order('REFUNDING'), 'CANCELLED', 500)).toMatchObject({ endedAt: 500, refunded: true });
    expect(moved(order('PENDING'), 'AUTHORIZING', 500).endedAt).toBeNull();
  });

  it('forgets a declined attempt, and keeps the fences under which its seats were sold', () => {
    const paying = beginAttempt(order('PENDING'), { attemptId: 'a', paymentId: 'p', startedAt: 1 }, 1);
    expect(paying).toMatchObject({ state: 'AUTHORIZING', attempt: { attemptId: 'a' } });
    expect(declined(paying, 2)).toMatchObject({ state: 'PENDING', attempt: null, dueAt: 1_000 });
    const sold = confirmed(paying, new Map([[2, 9]]), 3);
    expect(sold.seats.map(({ fence }) => fence)).toEqual([7, 9]);
    expect(sold).toMatchObject({ state: 'CONFIRMED', confirmedAt: 3, dueAt: null });
  });
});
