import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RateLimit } from '../../../src/http/limits/rate-limit.ts';
import { worthTelling } from '../../../src/http/limits/shared-limits.ts';

const BEGUN = Date.UTC(2026, 10, 21);
const TOLD_EVERY = 1_000;
const LIMIT = 20;

/** Nodes that tell each other what they let pass, a while after it was due. */
function nodesOf(count: number, delayMillis: number) {
  const limits = Array.from({ length: count }, () => new RateLimit(LIMIT));
  for (const limit of limits) limit.spent();
  let told: { at: number; from: number; spent: ReturnType<typeof worthTelling> }[] = [];
  return {
    /** What is due at this moment, before anybody asks. */
    pass(millis: number): void {
      for (const { from, spent } of told.filter(({ at }) => at === millis))
        for (const [index, limit] of limits.entries())
          if (index !== from)
            for (const [key, requests] of spent) limit.charge(key, requests, BEGUN + millis);
      told = told.filter(({ at }) => at > millis);
      if (millis % TOLD_EVERY !== 0) return;
      for (const [from, limit] of limits.entries())
        told.push({ at: millis + delayMillis, from, spent: worthTelling(limit, TOLD_EVERY) });
    },
    take: (node: number, millis: number) => limits[node % count]?.take('ann', BEGUN + millis) === 0,
  };
}

/** Requests of a caller in steps of 50 ms: how many at each node, for so many steps. */
const phase = fc.record({
  steps: fc.integer({ min: 1, max: 120 }),
  each: fc.constantFrom(0, 0, 1, 2, 30),
  every: fc.constantFrom(1, 1, 5, 20, 40),
});

it('of a caller, whatever he does at up to eight nodes, no more passes in any time than is written down', () => {
  const nodes = fc.integer({ min: 1, max: 8 });
  const delays = fc.constantFrom(50, 200);
  fc.assert(
    fc.property(
      nodes,
      delays,
      fc.array(phase, { minLength: 1, maxLength: 8 }),
      (count, delayMillis, phases) => {
        const site = nodesOf(count, delayMillis);
        const passed: number[] = [];
        let step = 0;
        for (const { steps, each, every } of phases)
          for (const end = step + steps; step < end; step++) {
            const millis = step * 50;
            site.pass(millis);
            let here = 0;
            if (step % every === 0)
              for (let node = 0; node < count; node++)
                for (let request = 0; request < each; request++) here += site.take(node, millis) ? 1 : 0;
            passed.push(here);
          }
        const untilHeard = (count - 1) * (1 + TOLD_EVERY / 1_000 + delayMillis / 1_000);
        for (let from = 0; from < passed.length; from++) {
          let sum = 0;
          for (let to = from; to < passed.length; to++) {
            sum += passed[to] as number;
            const seconds = ((to - from) * 50) / 1_000;
            const bound = LIMIT * (seconds * (1 + (count - 1) / 16) + 1 + untilHeard);
            if (sum > bound) return false;
          }
        }
        return true;
      },
    ),
    { numRuns: 60 },
  );
});

it('who floods eight nodes for a minute has little more than his limit', () => {
  const site = nodesOf(8, 50);
  let passed = 0;
  for (let millis = 0; millis < 60_000; millis += 50) {
    site.pass(millis);
    for (let node = 0; node < 8; node++) passed += site.take(node, millis) ? 1 : 0;
  }
  expect(passed / (60 * LIMIT)).toBeLessThan(1.35);
  expect(passed / (60 * LIMIT)).toBeGreaterThan(0.9);
});

it('who stays a little below his limit is never refused, in turn at two nodes or at eight', () => {
  for (const count of [2, 8]) {
    const site = nodesOf(count, 50);
    for (let turn = 0; turn < 1_000; turn++) {
      const millis = turn * 60;
      // What is told is due at whole steps of 10 ms, between the requests.
      for (let at = millis - 50; at <= millis; at += 10) if (at >= 0) site.pass(at);
      expect(site.take(turn, millis)).toBe(true);
    }
  }
});

it('what passed elsewhere is owed for as long as it takes, also by who does not come meanwhile', () => {
  const limit = new RateLimit(LIMIT);
  limit.charge('ann', 5 * LIMIT, BEGUN);
  expect(limit.take('ann', BEGUN)).toBeGreaterThanOrEqual(4);
  for (let second = 1; second <= 3; second++) expect(limit.take('ben', BEGUN + second * 1_000)).toBe(0);
  expect(limit.take('ann', BEGUN + 3_900)).toBe(1);
  expect(limit.take('ann', BEGUN + 4_100)).toBe(0);
});

it('only what is worth it is told, and once', () => {
  const limit = new RateLimit(160);
  limit.spent();
  for (let request = 0; request < 12; request++) limit.take('much', BEGUN);
  limit.take('little', BEGUN);
  expect(worthTelling(limit, TOLD_EVERY)).toEqual([['much', 12]]);
  expect(worthTelling(limit, TOLD_EVERY)).toEqual([]);
});
