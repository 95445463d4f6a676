import { type Dice, diceFrom, estranged } from '../../../adapters/simulated/dice.ts';

/** One stream per buyer, so that what a buyer wants does not depend on who else was faster. */
export function diceOf(seed: number, buyer: number): Dice {
  return diceFrom(estranged(seed ^ estranged(buyer + 1)));
}
