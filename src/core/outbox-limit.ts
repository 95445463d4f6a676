import { type Clock, type Millis, SECOND } from './clock.ts';
import { every } from './every.ts';
import type { Outbox } from './message.ts';
import { Unavailable } from './unavailable.ts';

const LOOK_EVERY: Millis = 5 * SECOND;

/** Keeps an outbox that nobody empties from filling the ledger's disk: past the limit nothing new is begun. */
export class OutboxLimit {
  readonly #outbox: Pick<Outbox, 'length'>;
  readonly #max: number;
  #length = 0;

  constructor(outbox: Pick<Outbox, 'length'>, max: number) {
    this.#outbox = outbox;
    this.#max = max;
  }

  /** Throws Unavailable, definitely, when too many messages waited at the latest look. */
  check(): void {
    if (this.#length > this.#max) throw new Unavailable('too many messages wait to be published');
  }

  /** Looks now and then; the result ends it. */
  keepLooking(clock: Clock): () => void {
    return every(clock, LOOK_EVERY, async () => {
      this.#length = await this.#outbox.length();
    });
  }
}
