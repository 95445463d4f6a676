import { readFileSync } from 'node:fs';
import { Unavailable } from '../../core/unavailable.ts';
import type { Plan } from './plan/plan.ts';

/** A world that broke a promise once: it is kept whole, since a seed means another world when the drawing changes. */
export interface SavedPlan {
  /** What was wrong. */
  was: string;
  plan: Plan;
}

/** The world of a file that `--save` wrote. Throws Unavailable, in one sentence, when it is none. */
export function readSaved(file: string): Plan {
  try {
    const { plan } = JSON.parse(readFileSync(file, 'utf8')) as Partial<SavedPlan>;
    if (!Array.isArray(plan?.deeds) || !Array.isArray(plan.faults)) throw new Error('another file');
    return plan;
  } catch (error) {
    throw new Unavailable(`${file} is no world that was saved (${(error as Error).message})`, {
      cause: error,
    });
  }
}
