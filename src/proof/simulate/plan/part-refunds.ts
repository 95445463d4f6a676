import type { Dice } from '../../../adapters/simulated/dice.ts';
import type { Plan, PlannedDeed } from './plan.ts';

/** In some worlds the organiser gives buyers a part of their money back. */
export function withPartRefunds(dice: Dice, plan: Plan): Plan {
  if (!dice.chance(0.3)) return plan;
  const deeds = Array.from({ length: dice.between(3, 8) }, (): PlannedDeed => {
    return {
      at: dice.below(plan.lasts),
      deed: 'refund_part',
      buyer: dice.below(plan.buyers),
      salt: dice.below(2 ** 31),
    };
  });
  return { ...plan, deeds: [...plan.deeds, ...deeds].sort((left, right) => left.at - right.at) };
}
