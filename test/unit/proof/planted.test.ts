import { expect, it } from 'vitest';
import { MUTANTS } from '../../simulation/mutants.ts';
import { planted } from '../../simulation/planted.ts';

it.each(MUTANTS)('the sources have the place of "$name"', (mutant) => {
  expect(planted(mutant)).toContain(mutant.edits[0]?.replace);
});
