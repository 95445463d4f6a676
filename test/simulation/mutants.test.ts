import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEEDS_PER_SEED } from '../../src/proof/simulate/command.ts';
import { MUTANTS } from './mutants.ts';
import { compileProgram, forgetPrograms, simulatorOf } from './planted.ts';

/** Each defect must show within this many seeds, or the simulator is too weak. */
const SEEDS = 600;

describe('a defect that is planted into the program is caught', () => {
  beforeAll(compileProgram, 60_000);
  afterAll(forgetPrograms);

  it.each(MUTANTS.map((mutant, number) => ({ ...mutant, number })))(
    '$name',
    { timeout: 60_000 },
    async (mutant) => {
      const { planOf, simulate } = await simulatorOf(mutant, mutant.number);
      for (let seed = 1; seed <= SEEDS; seed++) {
        const { violation } = await simulate(planOf(seed, { deeds: DEEDS_PER_SEED }));
        if (!violation) continue;
        expect(mutant.breaks, `seed ${seed}: ${violation.message}`).toContain(violation.invariant);
        return;
      }
      expect.fail(`not caught by ${SEEDS} seeds`);
    },
  );
});
