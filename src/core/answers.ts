import type { CommandKey } from './command.ts';
import type { Refusal } from './refusal.ts';

/** Answers to requests with an Idempotency-Key. */
export interface Answers {
  /**
   * Runs a request at most once and keeps its answer, which must survive JSON unchanged; a repeated one is answered the
   * same. `run` gets the key for what it asks of the slices. Without a key it simply runs.
   */
  once<R>(
    key: CommandKey | undefined,
    run: (inner: CommandKey | undefined) => Promise<R | Refusal>,
  ): Promise<R | Refusal>;
}
