import { afterFailure, Unavailable } from './unavailable.ts';

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

/** For `catch`, where it does not matter that somebody else was first: what is no conflict is thrown on. */
export function onlyConflict(error: unknown): undefined {
  if (!isConflict(error)) throw error;
  return undefined;
}

/**
 * Begins again from what is there now whenever somebody else was first, `tries` times in all, and ends with `atLast`.
 * A try may have had effect before it was overtaken, and then no later failure says that nothing happened.
 */
export async function untilFirst<R>(
  tries: number,
  run: () => Promise<R>,
  atLast: (failure: unknown) => R | Promise<R>,
): Promise<R> {
  let failure: unknown;
  for (let tried = 0; tried < tries; tried++) {
    try {
      return await afterFailure(failure, run);
    } catch (error) {
      if (!isConflict(error)) throw error;
      failure = error;
    }
  }
  return afterFailure(failure, async () => atLast(failure));
}
