import { onlyUnavailable } from '../core/unavailable.ts';
import type { WaitlistTurns } from './ports/waitlist-turns.ts';

/**
 * Whether anybody waits at an event, answered from memory: it is asked on every hold. Where other nodes write, what they
 * wrote is known after the next look, and before the first one the store is asked.
 */
export class KnownLines {
  readonly #store: Pick<WaitlistTurns, 'isAnyWaiting' | 'eventsWaitedFor'>;
  readonly #isAlone: boolean;
  #waitedFor: ReadonlySet<number> | undefined;

  constructor(store: Pick<WaitlistTurns, 'isAnyWaiting' | 'eventsWaitedFor'>, options: { isAlone: boolean }) {
    this.#store = store;
    this.#isAlone = options.isAlone;
  }

  isAnyWaiting(eventId: number): boolean | Promise<boolean> {
    return this.#waitedFor?.has(eventId) ?? this.#store.isAnyWaiting(eventId);
  }

  /** False when surely nobody waits. Never throws and never waits: what cannot be known now may be so. */
  maySomebodyWait(eventId: number): boolean {
    const isAny = this.isAnyWaiting(eventId);
    if (isAny instanceof Promise) isAny.catch(onlyUnavailable);
    return isAny !== false;
  }

  /** Reads what other nodes wrote. */
  async look(): Promise<void> {
    if (!this.#isAlone) this.#waitedFor = new Set(await this.#store.eventsWaitedFor());
  }
}
