import { describe, expect, it } from 'vitest';
import type { PatchFrame, SeatMap } from '../../../src/contract/seat-map.ts';
import type { HistoryRecord } from '../../../src/proof/history/record.ts';
import { diceOf } from '../../../src/proof/rush/crowd/dice.ts';
import { openHall } from '../../../src/proof/rush/crowd/hall.ts';
import { measurePropagation } from '../../../src/proof/rush/crowd/propagation.ts';

/** Two rows of four: ids 1-4 nearer to the stage than 11-14. */
function map(statuses: string): SeatMap {
  return {
    event_id: 1,
    epoch: 1,
    version: 5,
    currency: 'USD',
    sections: ['Floor'],
    zones: [{ section: 0, seat_type: 'REGULAR', price: '10.00' }],
    runs: {
      seat_id: [1, 11],
      count: [4, 4],
      zone: [0, 0],
      row: ['A', 'B'],
      prefix: ['A', 'B'],
      start: [1, 1],
      x: [0, 0],
      y: [0, 1],
      dx: [1, 1],
      dy: [0, 0],
    },
    statuses,
  };
}

function patch(seats: [number, string][], versions = { from: 5, version: 6 }): PatchFrame {
  return { type: 'patch', epoch: 1, ...versions, seats };
}

describe('a buyer’s view of the hall', () => {
  it('offers only free seats side by side in one row', () => {
    const hall = openHall(map('RAARAAAA'));
    const dice = diceOf(1, 1);
    for (let round = 0; round < 50; round++) {
      expect([
        [2, 3],
        [11, 12],
        [12, 13],
        [13, 14],
      ]).toContainEqual(hall.choose(dice, 2));
    }
    expect(hall.choose(dice, 4)).toEqual([11, 12, 13, 14]);
    expect(hall.choose(dice, 5)).toBeUndefined();
  });

  it('prefers hot seats', () => {
    const hall = openHall(map('AAAAAAAA'));
    const dice = diceOf(1, 2);
    const picks = Array.from({ length: 500 }, () => hall.choose(dice, 1)?.[0] ?? 0);
    expect(picks.filter((seat) => seat < 10).length).toBeGreaterThan(picks.length * 0.6);
  });

  it('follows patches in order and asks for a new snapshot after a gap', () => {
    const hall = openHall(map('AAAAAAAA'));
    expect(
      hall.apply(
        patch([
          [1, 'RESERVED'],
          [2, 'BOOKED'],
        ]),
      ),
    ).toBe(true);
    expect(hall.free()).toBe(6);
    expect(hall.since()).toBe('1.6');
    expect(hall.apply(patch([[1, 'AVAILABLE']], { from: 6, version: 7 }))).toBe(true);
    expect(hall.free()).toBe(7);
    expect(hall.apply(patch([[3, 'BOOKED']], { from: 9, version: 10 }))).toBe(false);
    expect(hall.apply({ ...patch([]), epoch: 2 })).toBe(false);
  });

  it('ignores a patch it already has', () => {
    const hall = openHall(map('AAAAAAAA'));
    expect(hall.apply(patch([[1, 'RESERVED']], { from: 4, version: 5 }))).toBe(true);
    expect(hall.free()).toBe(8);
  });
});

describe('the delay of the map', () => {
  function hold(overrides: Partial<HistoryRecord>): HistoryRecord {
    return {
      client: 'ann',
      op: 'hold',
      key: 'k',
      seats: [1],
      invokedAt: 100,
      completedAt: 110,
      outcome: 'ok',
      ...overrides,
    };
  }
  const frame = (taken: number[], ...receivedAt: number[]) => ({
    taken,
    receivedAt: Float64Array.from(receivedAt),
  });

  it('runs from the answer to each watcher’s first frame with the seat', () => {
    const { delays, beforeTheAnswer } = measurePropagation(
      [hold({})],
      [frame([1], 90, 90), frame([1, 2], 130, 150), frame([1], 500, 500)],
    );
    expect(delays.totalCount).toBe(2);
    expect(delays.maxValue / 1_000).toBeCloseTo(40, 0);
    expect(delays.minNonZeroValue / 1_000).toBeCloseTo(20, 0);
    expect(beforeTheAnswer).toBe(0);
  });

  it('counts a frame that was there before the answer as none', () => {
    const { delays, beforeTheAnswer } = measurePropagation([hold({})], [frame([1], 105)]);
    expect([delays.totalCount, delays.maxValue, beforeTheAnswer]).toEqual([1, 0, 1]);
  });

  it('starts at the first request of a key whose answer was lost', () => {
    const lost = hold({ outcome: 'info', invokedAt: 40, completedAt: 45 });
    expect(measurePropagation([lost, hold({})], [frame([1], 60)]).beforeTheAnswer).toBe(1);
  });

  it('gives a frame that came after the next hold to that hold', () => {
    const next = hold({ client: 'bob', key: 'other', invokedAt: 200, completedAt: 210 });
    expect(measurePropagation([hold({}), next], [frame([1], 215)]).delays.totalCount).toBe(1);
  });

  it('leaves out a watcher that never had the frame', () => {
    expect(measurePropagation([hold({})], [frame([1], 120, Number.NaN)]).delays.totalCount).toBe(1);
  });
});
