import type { Kept } from './plan/minimise.ts';
import { keepOnly } from './plan/minimise.ts';
import type { Plan } from './plan/plan.ts';
import type { Outcome } from './run.ts';

/** What a reader needs to see a failure again: what broke, what led to it, and the command that replays it. */
export function describeFailure(
  outcome: Outcome,
  plan: Plan,
  options: { deeds: number; kept?: Kept },
): string {
  const { violation, steps, last } = outcome;
  const { kept } = options;
  const small = kept ? keepOnly(plan, kept) : plan;
  const parts = kept ? ` --keep-deeds ${list(kept.deeds)} --keep-faults ${list(kept.faults)}` : '';
  return [
    `seed ${plan.seed}: invariant ${violation?.invariant} does not hold, at step ${steps}`,
    `  ${violation?.message}`,
    `world: ${plan.seats} seats, ${plan.buyers} buyers, ${plan.numbered ? 'numbered' : 'unnumbered'}, holds of ${plan.holdMillis} ms`,
    ...small.faults.map((fault) => `fault: ${JSON.stringify(fault)}`),
    ...small.deeds.map(({ at, deed, buyer }) => `deed:  ${at} ms, buyer${buyer}: ${deed}`),
    'last events (ms, what):',
    ...last.slice(-30).map((line) => `  ${line}`),
    `replay: npm run simulate -- --seed ${plan.seed} --deeds ${options.deeds}${plan.nodes ? ` --nodes ${plan.nodes}` : ''}${parts}`,
  ].join('\n');
}

function list(indices: readonly number[]): string {
  return indices.length > 0 ? indices.join(',') : 'none';
}
