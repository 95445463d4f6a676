import type { Charge } from '../service.ts';

/** Whoever waits for money. */
export interface PaidOrders {
  /** There are news of the order's payment: drives it on now instead of at its time. Harmless when it waits for nothing. */
  paymentNews(orderId: number): Promise<void>;
}

/** What was asked of the provider for an order. */
export interface ChargedOrders {
  /** The latest try to pay an order; undefined when there was none. */
  chargeOf(orderId: number): Promise<Charge | undefined>;
}
