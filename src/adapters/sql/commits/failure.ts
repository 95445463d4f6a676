import { Unavailable } from '../../../core/unavailable.ts';

/** What the callers of a commit are told of what it failed with: nobody knows what a defect of a driver has left behind. */
export function failureOf(error: unknown): Unavailable {
  if (error instanceof Unavailable) return error;
  return new Unavailable('the ledger did not answer', { indefinite: true, cause: error });
}
