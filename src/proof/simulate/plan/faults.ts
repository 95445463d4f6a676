import type { Dice } from '../../../adapters/simulated/dice.ts';
import type { CommitFate } from '../../../adapters/sql/sqlite/simulated-connection.ts';
import { type Millis, SECOND } from '../../../core/clock.ts';
import type { PlannedFault } from './plan.ts';

export const SHORT_SALE: Millis = 8 * SECOND;
/** Outlasts a payment's deadline and grace, so that a late payment meets the seat's next buyer. */
export const LONG_SALE: Millis = 50 * SECOND;

/** Adds faults of a kind, at most so many, or none at all. */
export function someOf(dice: Dice, faults: PlannedFault[]) {
  return (probability: number, most: number, make: () => PlannedFault) => {
    if (!dice.chance(probability)) return;
    for (let count = dice.between(1, most); count > 0; count--) faults.push(make());
  };
}

/** Each kind of fault exists in some seeds only, so that no kind hides another. */
export function faultsOf(dice: Dice, lasts: Millis): PlannedFault[] {
  const faults: PlannedFault[] = [];
  const some = someOf(dice, faults);
  const outcomes: CommitFate['outcome'][] = ['refused', 'unknown_applied', 'unknown_lost'];
  some(0.5, 3, () => crash(dice, lasts));
  some(0.5, 8, () => ({ kind: 'commit', nth: dice.below(160), outcome: dice.pick(outcomes) }));
  some(0.15, 1, () => ({
    kind: 'commit',
    nth: dice.below(120),
    outcome: dice.pick(['silent_applied', 'silent_lost'] as const),
  }));
  some(0.3, 4, () => ({ kind: 'query', nth: dice.below(400) }));
  some(0.3, 3, () => ({ kind: 'after_effect', nth: dice.below(10) }));
  some(0.4, 6, () => ({
    kind: 'provider',
    nth: dice.below(30),
    outcome: dice.pick(['lost', 'unsaid', 'unsaid'] as const),
  }));
  some(0.15, 2, () => ({ kind: 'provider', nth: dice.below(30), outcome: 'silent' }));
  some(lasts === LONG_SALE ? 0.7 : 0.1, 1, () => ({
    kind: 'outage',
    at: dice.below(SHORT_SALE),
    millis: dice.pick([3, 10, 45]) * SECOND,
  }));
  return faults;
}

function crash(dice: Dice, lasts: Millis): PlannedFault {
  return {
    kind: 'crash',
    at: dice.below(lasts),
    downMillis: dice.pick([20, 200, 1_500, 6_000, 40_000]),
    wallError: dice.pick([0, 0, 0, -3_000, -60_000, 2_000, 30_000]),
  };
}
