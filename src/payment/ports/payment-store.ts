import type { Along } from '../../core/along.ts';
import type { Millis } from '../../core/clock.ts';
import type { Entry } from '../book.ts';
import type { Payment } from '../payment.ts';

/** What the provider said of our attempts, and the house's book of money. */
export interface PaymentStore {
  /**
   * Writes what the provider said, and entries behind the order's chain: all or nothing, durable when it resolves. A
   * state replaces only one of a lower rank. Throws Conflict when another entry has the same place in the chain, or is
   * of the same kind and source: somebody else was first.
   */
  record(payment: Payment, entries?: readonly Entry[]): Promise<void>;
  /** The same as a part of another commit, which then throws the same. */
  along(payment: Payment, entries: readonly Entry[]): Along;
  /** Every attempt of an order. */
  ofOrder(orderId: number): Promise<Payment[]>;
  /** An order's entries, oldest first. */
  chain(orderId: number): Promise<Entry[]>;
  /** Attempts whose state changed in [from, to), earliest first, at most `limit`; `after` is the last one seen. */
  changed(
    range: { from: Millis; to: Millis; after?: Pick<Payment, 'updatedAt' | 'attemptId'> },
    limit: number,
  ): Promise<Payment[]>;
}
