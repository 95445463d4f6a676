import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DEEDS_PER_SEED } from '../../src/proof/simulate/command.ts';
import { Marks } from '../../src/proof/simulate/marks.ts';
import { planOf } from '../../src/proof/simulate/plan.ts';
import { simulateTwice } from '../../src/proof/simulate/repeat.ts';
import { describeFailure } from '../../src/proof/simulate/report.ts';
import { simulate } from '../../src/proof/simulate/run.ts';

const SEEDS = 1_000;
const AT_ONCE = 100;

interface Regression {
  seed: number;
  deeds: number;
  /** What was wrong. */
  was: string;
}

const regressions = JSON.parse(
  readFileSync(new URL('./regressions/seeds.json', import.meta.url), 'utf8'),
) as Regression[];

async function mustHold(seed: number, options: { deeds: number }): Promise<Marks> {
  const outcome = await simulateTwice(seed, options);
  if (outcome.violation) expect.fail(describeFailure(outcome, outcome.plan, options));
  return outcome.marks;
}

describe('every promise holds in the simulated sale', () => {
  const marks = new Marks();
  const blocks = Array.from({ length: SEEDS / AT_ONCE }, (_, block) => 1 + block * AT_ONCE);

  it.each(blocks)('seeds from %i, each twice with one trace', { timeout: 120_000 }, async (from) => {
    for (let seed = from; seed < from + AT_ONCE; seed++) {
      marks.addAll(await mustHold(seed, { deeds: DEEDS_PER_SEED }));
    }
  });

  it('and every situation that matters came up', () => {
    expect(marks.missing()).toEqual([]);
  });

  if (regressions.length > 0) {
    it.each(regressions)('seed $seed, which broke once: $was', async ({ seed, deeds }) => {
      await mustHold(seed, { deeds });
    });
  }
});

describe('a run', () => {
  it('takes another course under another seed', async () => {
    const hashes = new Set<string>();
    for (let seed = 1; seed <= 20; seed++) hashes.add((await simulate(planOf(seed, { deeds: 10 }))).hash);
    expect(hashes.size).toBe(20);
  });

  it('does not let the program reach for the real clock', async () => {
    const before = Date.now;
    await simulate(planOf(1, { deeds: 5 }));
    expect(Date.now).toBe(before);
  });
});
