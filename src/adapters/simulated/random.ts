import type { Random } from '../../core/random.ts';
import type { Dice } from './dice.ts';

/** The dice of a simulated process: predictable, and the same in every run of a seed. */
export function simulatedRandom(dice: Dice): Random {
  return {
    hex: (count) =>
      Array.from({ length: count }, () => dice.below(256).toString(16).padStart(2, '0')).join(''),
    below: (below) => dice.below(below),
  };
}
