import type { WaitlistStore } from './ports/waitlist-store.ts';

/**
 * Whether anybody waits at an event, answered from memory: it is asked on every hold. Where other nodes write, what they
 * wrote is known after the next look.
 */
export class KnownLines {
  readonly #store: Pick<WaitlistStore, 'isAnyWaiting' | 'eventsWaitedFor'>;
  readonly #isAlone: boolean;
  #waitedFor: ReadonlySet<number> = new Set();

  constructor(store: Pick<WaitlistStore, 'isAnyWaiting' | 'eventsWaitedFor'>, options: { isAlone: boolean }) {
    this.#store = store;
    this.#isAlone = options.isAlone;
  }

  isAnyWaiting(eventId: number): boolean | Promise<boolean> {
    return this.#isAlone ? this.#store.isAnyWaiting(eventId) : this.#waitedFor.has(eventId);
  }

  /** False when surely nobody waits. Never throws and never waits: what cannot be known now may be so. */
  maySomebodyWait(eventId: number): boolean {
    const isAny = this.isAnyWaiting(eventId);
    if (isAny instanceof Promise) isAny.catch(() => undefined);
    return isAny !== false;
  }

  /** Reads what other nodes wrote. */
  async look(): Promise<void> {
    if (!this.#isAlone) this.#waitedFor = new Set(await this.#store.eventsWaitedFor());
  }
}
