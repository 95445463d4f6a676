import { describe, expect, it } from 'vitest';
import { DEEDS_PER_SEED } from '../../src/proof/simulate/command.ts';
import { Marks } from '../../src/proof/simulate/marks.ts';
import { planOf } from '../../src/proof/simulate/plan/plan.ts';
import { simulateTwice } from '../../src/proof/simulate/repeat.ts';
import { describeFailure } from '../../src/proof/simulate/report.ts';

const AT_ONCE = 25;
const SEEDS = 100;

describe('every promise holds on one node on Redis, and on several that share it', () => {
  const marks = new Marks();
  const blocks = [1, 2, 3].flatMap((nodes) =>
    Array.from({ length: SEEDS / AT_ONCE }, (_, block) => ({ nodes, from: 1 + block * AT_ONCE })),
  );

  it.each(blocks)('$nodes of them, seeds from $from, each twice with one trace', async (block) => {
    const { nodes, from } = block;
    for (let seed = from; seed < from + AT_ONCE; seed++) {
      const plan = planOf(seed, { deeds: DEEDS_PER_SEED, nodes });
      const outcome = await simulateTwice(plan);
      if (outcome.violation) expect.fail(describeFailure(outcome, plan, { deeds: DEEDS_PER_SEED }));
      marks.addAll(outcome.marks);
    }
  });

  it('and every situation that matters came up', () => {
    expect(marks.missing({ nodes: 2 })).toEqual([]);
  });
});
