import { simulate } from '../run.ts';
import type { Plan } from './plan.ts';

/** One thing of a plan that can be left out. */
type Part = { of: 'deeds' | 'faults'; index: number };

/** Which of a plan's deeds and faults are kept, by their place in the whole plan. */
export interface Kept {
  deeds: readonly number[];
  faults: readonly number[];
}

export function keepOnly(plan: Plan, kept: Kept): Plan {
  return {
    ...plan,
    deeds: plan.deeds.filter((_, index) => kept.deeds.includes(index)),
    faults: plan.faults.filter((_, index) => kept.faults.includes(index)),
  };
}

/**
 * The fewest deeds and faults that still break the same promise: delta debugging (Zeller and Hildebrandt, "Simplifying
 * and Isolating Failure-Inducing Input", 2002). Each of what is left is needed, unless `runsLimit` ended the search.
 */
export async function minimise(plan: Plan, invariant: number, options: { runsLimit: number }): Promise<Kept> {
  let runs = 0;
  const stillFails = async (parts: readonly Part[]) => {
    if (++runs > options.runsLimit) return false;
    return (await simulate(keepOnly(plan, keptOf(parts)))).violation?.invariant === invariant;
  };
  let parts: Part[] = [
    ...plan.faults.map((_, index): Part => ({ of: 'faults', index })),
    ...plan.deeds.map((_, index): Part => ({ of: 'deeds', index })),
  ];
  let pieces = 2;
  while (parts.length > 1 && runs < options.runsLimit) {
    const size = Math.ceil(parts.length / pieces);
    let smaller: Part[] | undefined;
    for (let from = 0; from < parts.length && !smaller; from += size) {
      const rest = [...parts.slice(0, from), ...parts.slice(from + size)];
      if (await stillFails(rest)) smaller = rest;
    }
    if (smaller) {
      parts = smaller;
      pieces = Math.max(2, pieces - 1);
    } else if (size === 1) break;
    else pieces = Math.min(parts.length, pieces * 2);
  }
  return keptOf(parts);
}

function keptOf(parts: readonly Part[]): Kept {
  const of = (kind: Part['of']) => parts.filter((part) => part.of === kind).map(({ index }) => index);
  return { deeds: of('deeds'), faults: of('faults') };
}
