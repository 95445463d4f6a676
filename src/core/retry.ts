import { type Clock, type Millis, pause } from './clock.ts';
import { NotAsked } from './not-asked.ts';
import type { Random } from './random.ts';
import { Unavailable } from './unavailable.ts';

/** How often something is tried, and how long the pauses between are at most: each up to twice the one before. */
export interface RetryPolicy {
  tries: number;
  firstPauseMillis: Millis;
  longestPauseMillis: Millis;
}

/**
 * Tries again what failed with Unavailable, after a pause drawn anew between nothing and its longest ("full jitter", M.
 * Brooker, AWS Architecture Blog 2015), so that many who failed together do not come back together. Only for what is
 * safe to repeat. NotAsked is not tried again. When one of the tries may have had effect, so may the whole.
 */
export async function retried<R>(
  { clock, random }: { clock: Clock; random: Random },
  { tries, firstPauseMillis, longestPauseMillis }: RetryPolicy,
  task: () => Promise<R>,
): Promise<R> {
  let mayHaveHappened = false;
  for (let attempt = 1; ; attempt++) {
    try {
      return await task();
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      mayHaveHappened ||= error.indefinite;
      if (attempt >= tries || error instanceof NotAsked) throw mayHaveHappened ? inDoubt(error) : error;
      const longest = Math.min(longestPauseMillis, firstPauseMillis * 2 ** (attempt - 1));
      await pause(clock, random.below(longest + 1));
    }
  }
}

function inDoubt(error: Unavailable): Unavailable {
  return error.indefinite ? error : new Unavailable(error.message, { indefinite: true, cause: error });
}
