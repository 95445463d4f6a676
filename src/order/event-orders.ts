import { onlyUnavailable } from '../core/unavailable.ts';
import type { OrderNeeds } from './needs.ts';
import { isDue, type Order } from './order.ts';
import type { OrderTasks } from './order-tasks.ts';
import type { Saga } from './saga.ts';

/** Orders that are ended at the same time; the provider has its own bounds. */
const ENDED_AT_ONCE = 50;

/** All orders of an event: they end when it does not take place. */
export class EventOrders {
  readonly #needs: Pick<OrderNeeds, 'store' | 'clock'>;
  readonly #parts: { saga: Saga; tasks: OrderTasks };

  constructor(needs: Pick<OrderNeeds, 'store' | 'clock'>, parts: { saga: Saga; tasks: OrderTasks }) {
    this.#needs = needs;
    this.#parts = parts;
  }

  /**
   * Takes every open order of the event a step towards its end: confirmed ones are refunded, pending ones give their
   * seats back, and what is in the middle of a payment is left to its driver until it is one of these. Says how many
   * were open, so that it is asked again until there are none; asked twice, it does no harm.
   */
  async end(eventId: number, { reason, actor }: { reason: string; actor: string }): Promise<number> {
    const { store } = this.#needs;
    let open = 0;
    for (let after = 0; ; ) {
      const some = await store.openOf(eventId, after, ENDED_AT_ONCE);
      await Promise.all(
        some.map(({ orderId }) => this.#end(orderId, { reason, actor }).catch(onlyUnavailable)),
      );
      open += some.length;
      if (some.length < ENDED_AT_ONCE) return open;
      after = (some.at(-1) as Order).orderId;
    }
  }

  #end(orderId: number, ending: { reason: string; actor: string }): Promise<void> {
    const { saga, tasks } = this.#parts;
    return tasks.alone(orderId, async () => {
      const { store, clock } = this.#needs;
      const order = await store.find(orderId);
      const ended = { ...ending, key: undefined };
      if (order?.state === 'PENDING') await saga.giveUp(order, { ...ended, state: 'CANCELLED' });
      else if (order?.state === 'CONFIRMED') await saga.refund(order, ended);
      else if (order && isDue(order, clock.now())) await saga.driveOn(order);
    });
  }
}
