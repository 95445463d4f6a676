import type { Plan } from './plan/plan.ts';
import { type Outcome, simulate } from './run.ts';
import { Violation } from './violation.ts';

/** Twice the same world: another trace means that something outside the plan had a say. */
export async function simulateTwice(plan: Plan): Promise<Outcome> {
  const first = await simulate(plan);
  if (first.violation) return first;
  const second = await simulate(plan);
  if (first.hash === second.hash) return first;
  const message = `two runs of one plan differ: ${first.hash} and ${second.hash}`;
  return { ...first, violation: new Violation(0, message) };
}
