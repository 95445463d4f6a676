import type { TicketedOrder } from '../ticketed-order.ts';

/** What the tickets need of the orders. */
export interface TicketedOrders {
  /**
   * An order as it is now: at least as new as every message about it that was told. Undefined when there is none.
   * Its seats are empty from the moment its money begins to go back.
   */
  find(orderId: number): Promise<TicketedOrder | undefined>;
  /** Runs a task while nobody else works on the order, on any node. Throws Unavailable when that takes too long. */
  undisturbed<R>(orderId: number, task: () => Promise<R>): Promise<R>;
}
