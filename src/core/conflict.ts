import { Unavailable } from './unavailable.ts';

/**
 * Somebody else was first: a key or a guard in the ledger refused a write. Definite: nothing was written. Whoever gets
 * it reads again and decides anew; asked again unchanged, the write would be refused again.
 */
export class Conflict extends Unavailable {
  override name = 'Conflict';
}

/** Whether somebody else was first, be it that an earlier step had effect and the error says so. */
export function isConflict(error: unknown): boolean {
  return error instanceof Conflict || (error instanceof Unavailable && error.cause instanceof Conflict);
}
