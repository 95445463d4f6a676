import { planOf } from './plan.ts';
import { type Outcome, simulate } from './run.ts';
import { Violation } from './violation.ts';

/** Twice the same world: another trace means that something outside the seed had a say. */
export async function simulateTwice(seed: number, options: { deeds: number }): Promise<Outcome> {
  const first = await simulate(planOf(seed, options));
  if (first.violation) return first;
  const second = await simulate(planOf(seed, options));
  if (first.hash === second.hash) return first;
  const message = `two runs of one seed differ: ${first.hash} and ${second.hash}`;
  return { ...first, violation: new Violation(0, message) };
}
