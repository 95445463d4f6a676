import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEEDS_PER_SEED } from '../../src/proof/simulate/command.ts';
import { MUTANTS, type Mutant } from './mutants.ts';
import { compileProgram, forgetPrograms, simulatorOf } from './planted.ts';

/** Each defect must show within this many seeds, or under the one that it names, or the simulator is too weak. */
const SEEDS = 600;
/** A defect that shows only under a later one is worth a `shownBy`. */
const SOON = 12;

function seedsFor({ shownBy }: Mutant): number[] {
  const all = Array.from({ length: SEEDS }, (_, index) => 1 + index);
  return shownBy === undefined ? all : [shownBy, ...all];
}

describe('a defect that is planted into the program is caught', () => {
  beforeAll(compileProgram);
  afterAll(forgetPrograms);

  it.each(MUTANTS.map((mutant, number) => ({ ...mutant, number })))('$name', async (mutant) => {
    const { planOf, simulate } = await simulatorOf(mutant, mutant.number);
    const { nodes } = mutant;
    for (const seed of seedsFor(mutant)) {
      const { violation } = await simulate(planOf(seed, { deeds: DEEDS_PER_SEED, nodes }));
      if (!violation) continue;
      if (seed > SOON && seed !== mutant.shownBy) console.log(`${mutant.name}: shown by seed ${seed}`);
      expect(mutant.breaks, `seed ${seed}: ${violation.message}`).toContain(violation.invariant);
      return;
    }
    expect.fail(`not caught by ${SEEDS} seeds`);
  });

  it('and is shown by the few deeds that it needs', async () => {
    const mutant = MUTANTS.find(
      ({ name }) => name === 'a buyer may have one seat more than allowed',
    ) as Mutant;
    const { planOf, simulate, minimise, keepOnly } = await simulatorOf(mutant, MUTANTS.length);
    let plan = planOf(1, { deeds: DEEDS_PER_SEED });
    while (!(await simulate(plan)).violation) plan = planOf(plan.seed + 1, { deeds: DEEDS_PER_SEED });

    const kept = await minimise(plan, 10, { runsLimit: 300 });

    expect((await simulate(keepOnly(plan, kept))).violation?.invariant).toBe(10);
    expect(kept.deeds.length).toBeLessThan(10);
    expect(kept.faults).toEqual([]);
  });
});
