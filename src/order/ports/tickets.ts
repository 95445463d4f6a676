import type { Order } from '../order.ts';

/** What the orders need of the tickets. */
export interface Tickets {
  /**
   * Whether a ticket of the order is with somebody else than its buyer, or has let somebody in. Nobody passes one on while
   * a task on the order runs, so that a no holds until its end.
   */
  areOutOfHand(order: Pick<Order, 'orderId' | 'userId'>): Promise<boolean>;
}
