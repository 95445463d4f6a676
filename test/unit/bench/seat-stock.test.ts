import { describe, expect, test } from 'vitest';
import { seatStock } from '../../../src/proof/bench/load/seat-stock.ts';

describe('a stock of seats', () => {
  test('gives every seat once, the events in turn, and then none', () => {
    const stock = seatStock();
    stock.add({ eventId: 1, firstId: 10, count: 3 });
    stock.add({ eventId: 2, firstId: 20, count: 1 });
    const taken = Array.from({ length: 4 }, () => stock.take()?.seatId);
    expect(taken.toSorted()).toEqual([10, 11, 12, 20]);
    expect(new Set(taken.slice(0, 2).map((id) => Math.floor((id ?? 0) / 10)))).toEqual(new Set([1, 2]));
    expect(stock.take()).toBeUndefined();
    expect(stock.left()).toBe(0);
  });

  test('a run that is taken is not given again', () => {
    const stock = seatStock();
    stock.add({ eventId: 1, firstId: 10, count: 5 });
    expect(stock.takeRun(3)).toEqual({ eventId: 1, firstId: 10, count: 3 });
    expect(stock.takeRun(3)).toBeUndefined();
    expect([stock.take()?.seatId, stock.take()?.seatId, stock.take()]).toEqual([13, 14, undefined]);
  });
});
