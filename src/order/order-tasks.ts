import type { CommandKey } from '../core/command.ts';
import { untilFirst } from '../core/conflict.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import { Turns } from '../core/turns.ts';
import type { OrderNeeds } from './needs.ts';
import type { Order } from './order.ts';

/** A task that was overtaken so often gives up. */
const TRIES_MAX = 3;

/** Tasks on orders: one at a time on each, so that a buyer's double click and the reconciler never meet in the middle. */
export class OrderTasks {
  readonly #needs: Pick<OrderNeeds, 'store' | 'clock' | 'once' | 'alone'>;
  readonly #turns = new Turns<number>();

  constructor(needs: Pick<OrderNeeds, 'store' | 'clock' | 'once' | 'alone'>) {
    this.#needs = needs;
  }

  /** One task on an order at a time at this node, and each keyed one once. */
  inTurn(
    orderId: number,
    key: CommandKey | undefined,
    task: () => Promise<Order | Refusal>,
  ): Promise<Order | Refusal> {
    return this.patiently(() => this.#needs.once.run(key, () => this.alone(orderId, task)));
  }

  /**
   * A task that finds in the end that another node moved the order first begins again from what is there now; after a
   * few times its buyer is asked to wait.
   */
  patiently<R>(run: () => Promise<R | Refusal>): Promise<R | Refusal> {
    return untilFirst(TRIES_MAX, run, () => refuse('PAYMENT_IN_PROGRESS'));
  }

  /** One task on an order at a time, on all nodes. */
  alone<R>(orderId: number, task: () => Promise<R>): Promise<R> {
    const { alone } = this.#needs;
    return this.here(orderId, () => (alone ? alone(orderId, task) : task()));
  }

  /** One task on an order at a time, at this node. */
  here<R>(orderId: number, task: () => Promise<R>): Promise<R> {
    return this.#turns.take(orderId, task);
  }

  /** Somebody else's order answers exactly like none. */
  async own(orderId: number, userId: string): Promise<Order | Refusal> {
    const order = await this.#needs.store.find(orderId);
    return order?.userId === userId ? order : refuse('BOOKING_NOT_FOUND');
  }

  /** An order that is where the buyer wants it, whoever brought it there: the answer is stored for his next asking. */
  async answered(order: Order, key: CommandKey | undefined): Promise<Order> {
    const { store, clock } = this.#needs;
    if (key) await store.answered({ key, reply: order, at: clock.now() });
    return order;
  }
}
