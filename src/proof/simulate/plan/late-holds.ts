import type { Dice } from '../../../adapters/simulated/dice.ts';
import type { Millis } from '../../../core/clock.ts';
import type { Plan, PlannedDeed } from './plan.ts';

/** Of many nodes: one stands still between its look at the n-th session of a buyer and its word to the seats' server. */
export interface LateHold {
  readonly kind: 'late_hold';
  readonly nth: number;
  readonly millis: Millis;
}

/** So many holds under a session there are in a world with some more visitors. */
const HOLDS = 12;
const MORE_VISITS = 8;

/** In some worlds a hold is sent when its session is over, which only the seats' server can see. */
export function withLateHolds(dice: Dice, plan: Plan): Plan {
  if (!dice.chance(0.2)) return plan;
  const late = Array.from({ length: dice.between(1, 2) }, (): LateHold => {
    return { kind: 'late_hold', nth: dice.below(HOLDS), millis: dice.pick([4_000, 12_000]) };
  });
  const visits = Array.from({ length: MORE_VISITS }, (): PlannedDeed => {
    return {
      at: dice.below(plan.lasts),
      deed: 'visit',
      buyer: dice.below(plan.buyers),
      salt: dice.below(2 ** 31),
    };
  });
  return {
    ...plan,
    deeds: [...plan.deeds, ...visits].sort((left, right) => left.at - right.at),
    faults: [...plan.faults, ...late],
  };
}
