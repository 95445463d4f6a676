import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { systemRandom } from '../../src/adapters/system/random.ts';
import { DEEDS_PER_SEED } from '../../src/proof/simulate/command.ts';
import { guardReality } from '../../src/proof/simulate/guard.ts';
import { Marks } from '../../src/proof/simulate/marks.ts';
import { type Plan, planOf } from '../../src/proof/simulate/plan/plan.ts';
import { simulateTwice } from '../../src/proof/simulate/repeat.ts';
import { describeFailure } from '../../src/proof/simulate/report.ts';
import { simulate } from '../../src/proof/simulate/run.ts';
import type { SavedPlan } from '../../src/proof/simulate/saved.ts';

const SEEDS = 1_000;
const AT_ONCE = 100;

/** Worlds that broke a promise once, each whole and as small as could be. */
const folder = new URL('./regressions/', import.meta.url);
const regressions = readdirSync(folder).map((file) => ({
  file,
  ...(JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as SavedPlan),
}));

async function mustHold(plan: Plan): Promise<Marks> {
  const outcome = await simulateTwice(plan);
  if (outcome.violation) expect.fail(describeFailure(outcome, plan, { deeds: DEEDS_PER_SEED }));
  return outcome.marks;
}

describe('every promise holds in the simulated sale', () => {
  const marks = new Marks();
  const blocks = Array.from({ length: SEEDS / AT_ONCE }, (_, block) => 1 + block * AT_ONCE);

  it.each(blocks)('seeds from %i, each twice with one trace', async (from) => {
    for (let seed = from; seed < from + AT_ONCE; seed++) {
      marks.addAll(await mustHold(planOf(seed, { deeds: DEEDS_PER_SEED })));
    }
  });

  it('and every situation that matters came up', () => {
    expect(marks.missing()).toEqual([]);
  });

  it.each(regressions)('also where it once did not: $file', async ({ plan }) => {
    await mustHold(plan);
  });
});

describe('a run', () => {
  it('takes another course under another seed', async () => {
    const hashes = new Set<string>();
    for (let seed = 1; seed <= 20; seed++) hashes.add((await simulate(planOf(seed, { deeds: 10 }))).hash);
    expect(hashes.size).toBe(20);
  });

  it('does not let the program reach for the real clock', () => {
    const stop = guardReality();
    try {
      expect(() => systemClock()).toThrow('Date.now was used inside the simulation');
      expect(() => systemRandom().hex(1)).toThrow('crypto.randomFillSync was used inside the simulation');
    } finally {
      stop();
    }
    expect(systemClock().now()).toBeGreaterThan(0);
  });
});
