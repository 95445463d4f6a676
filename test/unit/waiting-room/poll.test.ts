import { describe, expect, it } from 'vitest';
import type { Limit } from '../../../src/waiting-room/command.ts';
import { Pace } from '../../../src/waiting-room/pace.ts';
import { longestPoll, pollAfter } from '../../../src/waiting-room/poll.ts';

/** Neither early nor late. */
const even = { below: () => 500 };
const at = (ahead: number, lowSeconds?: number) => ({
  state: 'WAITING' as const,
  ahead,
  eta: lowSeconds === undefined ? null : { lowSeconds, highSeconds: 2 * lowSeconds },
});
const crowd = (waiting: number, limit: Limit = 'rate') => ({ waiting, limit, opensInMillis: undefined });

describe('when to ask again', () => {
  it('is soon for the first in line, however many wait and whatever the pace', () => {
    expect(pollAfter(at(0), crowd(100_000), even)).toBeLessThanOrEqual(1_000);
    expect(pollAfter(at(50, 3_600), crowd(100_000), even)).toBeLessThanOrEqual(2_000);
  });

  it('is before one’s turn may have come', () => {
    for (const seconds of [4, 10, 30, 60])
      expect(pollAfter(at(20_000, seconds), crowd(80_000), even)).toBeLessThan(seconds * 1_000);
  });

  it('is a third of the time once there is next to nothing to buy', () => {
    const far = (limit: Limit) => pollAfter(at(80_000), crowd(90_000, limit), even);
    expect(far('inventory')).toBe(30_000);
    expect(far('rate')).toBe(90_000);
    expect(pollAfter(at(50), crowd(90_000, 'inventory'), even)).toBeLessThanOrEqual(2_000);
  });

  it('is never sooner than a second, and never later than the house waits for a sign of life', () => {
    for (const waiting of [1, 1_000, 1_000_000]) {
      for (const standing of [at(0, 0), at(waiting), at(waiting, 90_000)]) {
        for (const die of [0, 500, 999]) {
          const millis = pollAfter(standing, crowd(waiting), { below: () => die });
          expect(millis).toBeGreaterThanOrEqual(750);
          expect(millis).toBeLessThanOrEqual(longestPoll(waiting));
        }
      }
    }
  });

  it.each([10, 200, 1_000])(
    'asks a hundred thousand for a bounded number of requests at %i a second',
    (pace) => {
      let perSecond = 0;
      for (let ahead = 0; ahead < 100_000; ahead++)
        perSecond += 1_000 / pollAfter(at(ahead, Math.floor(ahead / pace)), crowd(100_000), even);
      // Those whose turn is far, the first in line, and those who will soon be let in.
      expect(perSecond).toBeLessThan(1_000 + 500 + 8 * pace);
    },
  );
});

describe('the pace', () => {
  it('is known soon after the first was let in', () => {
    const pace = new Pace();
    for (let now = 0; now <= 500; now += 50) pace.note(10, 100_000 + now);
    // 110 in half a second.
    const eta = pace.eta(2_199, 100_500);
    expect(eta?.lowSeconds).toBeGreaterThanOrEqual(8);
    expect(eta?.lowSeconds).toBeLessThanOrEqual(12);
  });

  it('is a range that goes on as people do, and is unknown when nobody was let in for a minute', () => {
    const pace = new Pace();
    for (let second = 0; second < 60; second++) pace.note(second < 50 ? 4 : 1, second * 1_000);
    // 210 in 59 seconds, and two a second in the last fifteen.
    expect(pace.eta(99, 59_000)).toEqual({ lowSeconds: 28, highSeconds: 51 });
    const later = pace.eta(99, 90_000);
    expect(later?.lowSeconds).toBeGreaterThan(28);
    expect(later?.highSeconds).toBeGreaterThan(51);
    expect(pace.eta(99, 120_000)).toBeUndefined();
  });
});
