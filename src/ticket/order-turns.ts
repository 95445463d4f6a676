import type { CommandKey, Once } from '../core/command.ts';
import { isConflict } from '../core/conflict.ts';
import type { Refusal } from '../core/refusal.ts';
import { Turns } from '../core/turns.ts';
import { Unavailable } from '../core/unavailable.ts';

/** How often a task may find that another node was first. */
const OVERTAKEN_LIMIT = 5;

/**
 * One task on the tickets of an order at a time, so that two gates, a transfer and a refund never meet in the middle.
 * Between nodes the ledger's guards do the same: a task that finds in the end that somebody else was first begins again
 * from what is there now.
 */
export class OrderTurns {
  readonly #turns = new Turns<number>();
  readonly #once: Once;

  constructor(once: Once) {
    this.#once = once;
  }

  async take<R>(
    orderId: number,
    key: CommandKey | undefined,
    task: () => Promise<R | Refusal>,
  ): Promise<R | Refusal> {
    for (let overtaken = 0; overtaken < OVERTAKEN_LIMIT; overtaken++) {
      try {
        return await this.#once.run(key, () => this.#turns.take(orderId, task));
      } catch (error) {
        if (!isConflict(error)) throw error;
      }
    }
    throw new Unavailable('others keep changing the tickets of this order');
  }
}
