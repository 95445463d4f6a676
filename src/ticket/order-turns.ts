import type { CommandKey, Once } from '../core/command.ts';
import { untilFirst } from '../core/conflict.ts';
import type { Refusal } from '../core/refusal.ts';
import { Turns } from '../core/turns.ts';
import { Unavailable } from '../core/unavailable.ts';

/** A task that was overtaken so often gives up. */
const TRIES_MAX = 5;

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

  take<R>(
    orderId: number,
    key: CommandKey | undefined,
    task: () => Promise<R | Refusal>,
  ): Promise<R | Refusal> {
    const turn = () => this.#once.run(key, () => this.#turns.take(orderId, task));
    return untilFirst(TRIES_MAX, turn, () => {
      throw new Unavailable('others keep changing the tickets of this order');
    });
  }
}
