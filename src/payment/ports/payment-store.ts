import type { Payment } from '../payment.ts';

/** The house's own book of what the provider said. */
export interface PaymentStore {
  /** Durable when it resolves; the same attempt's later state replaces the earlier one. */
  save(payment: Payment): Promise<void>;
  /** Every attempt of an order. */
  ofOrder(orderId: number): Promise<Payment[]>;
}
