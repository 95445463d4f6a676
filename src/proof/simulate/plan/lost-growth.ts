import type { Dice } from '../../../adapters/simulated/dice.ts';
import type { Plan, PlannedDeed, PlannedFault } from './plan.ts';

/** What happens so shortly before the seats' server fails is on its way to the nodes when it does. */
const AROUND = 40;

/**
 * In some worlds of many nodes a hall grows while the seats' server fails: a moment before, so that the news are lost
 * with it, or while it is gone. Then somebody wants a seat.
 */
export function withLostGrowth(dice: Dice, plan: Plan): Plan {
  if (!dice.chance(0.2)) return plan;
  const at = dice.between(AROUND, plan.lasts);
  const downMillis = dice.pick([10, 300, 2_000]);
  const lostMillis = dice.pick([5, 100, 1_000, plan.lasts]);
  const failover: PlannedFault = { kind: 'failover', at, downMillis, lostMillis };
  const deed = (name: PlannedDeed['deed'], when: number): PlannedDeed => {
    return { at: when, deed: name, buyer: dice.below(plan.buyers), salt: dice.below(2 ** 31) };
  };
  const more = [
    ...Array.from({ length: 3 }, () => deed('add_seats', at - dice.below(AROUND))),
    deed('add_seats', at + dice.below(downMillis)),
    ...Array.from({ length: 2 }, () => deed('hold', at + downMillis + dice.below(3_000))),
  ];
  return {
    ...plan,
    deeds: [...plan.deeds, ...more].sort((left, right) => left.at - right.at),
    faults: [...plan.faults, failover],
  };
}
