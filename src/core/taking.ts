import { type Clock, type Millis, pause } from './clock.ts';
import type { DeadLetters, Message } from './message.ts';
import { Unavailable } from './unavailable.ts';

/** How often a message is handed to a consumer that fails of itself. */
export const ATTEMPTS_MAX = 5;
/** After the first failure; twice as long after each further one. */
const FIRST_PAUSE: Millis = 50;

export type Handler = (message: Message) => Promise<void> | void;

/** What is wrong with a message itself: no further try would take it. */
export class Unacceptable extends Error {
  override readonly name = 'Unacceptable';
}

/**
 * Hands messages to a consumer until it has taken them, or they are among the dead letters. Throws Unavailable when a
 * back end failed: that is no fault of the message, which is to be handed over again later.
 */
export function taking(
  consumer: string,
  handle: Handler,
  { clock, deadLetters }: { clock: Clock; deadLetters: DeadLetters },
): (message: Message) => Promise<void> {
  return async (message) => {
    for (let attempts = 1; ; attempts++) {
      try {
        return await handle(message);
      } catch (error) {
        if (error instanceof Unavailable) throw error;
        if (attempts >= ATTEMPTS_MAX || error instanceof Unacceptable) {
          const reason = reasonOf(error);
          return await deadLetters.put({ consumer, message, reason, attempts, at: clock.now() });
        }
      }
      await pause(clock, FIRST_PAUSE * 2 ** (attempts - 1));
    }
  };
}

const REASON_LENGTH_MAX = 500;

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.slice(0, REASON_LENGTH_MAX);
}
