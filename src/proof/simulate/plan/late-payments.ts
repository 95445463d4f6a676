import type { Dice } from '../../../adapters/simulated/dice.ts';
import { type Millis, SECOND } from '../../../core/clock.ts';
import type { Plan, PlannedDeed } from './plan.ts';

/** Outlasts a payment's deadline and grace, after which its seats are anybody's. */
const SEATS_ARE_KEPT: Millis = 33 * SECOND;
const LASTS: Millis = 52 * SECOND;

const NEXT_BUYERS = ['purchase', 'purchase', 'hold', 'book', 'pay_again', 'pay_again'] as const;

/**
 * In some worlds the provider takes a payment, says that it failed, and is away until the seats of that payment are
 * anybody's. Then somebody takes them, and the late payment comes through. The hall is small, so that they meet, and in
 * most of these worlds nothing else goes wrong, so that they come so far.
 */
export function withLatePayments(dice: Dice, plan: Plan): Plan {
  if (!dice.chance(0.1)) return plan;
  const late = Array.from({ length: dice.between(1, 2) }, () => ({
    kind: 'late_payment' as const,
    nth: dice.below(3),
    awayMillis: SEATS_ARE_KEPT + dice.between(1_000, 9_000),
  }));
  const deeds = Array.from(
    { length: dice.between(8, 16) },
    (): PlannedDeed => ({
      at: SEATS_ARE_KEPT + dice.below(LASTS - SEATS_ARE_KEPT),
      deed: dice.pick(NEXT_BUYERS),
      buyer: dice.below(plan.buyers),
      salt: dice.below(2 ** 31),
    }),
  );
  return {
    ...plan,
    lasts: LASTS,
    seats: dice.between(2, 4),
    deeds: [...plan.deeds, ...deeds].sort((left, right) => left.at - right.at),
    faults: dice.chance(0.7) ? late : [...plan.faults, ...late],
  };
}
