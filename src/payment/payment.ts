import type { Millis } from '../core/clock.ts';
import type { Hundredths } from '../core/money.ts';

export type PaymentState = 'AUTHORIZED' | 'DECLINED' | 'CAPTURED' | 'VOIDED' | 'REFUNDED';

/**
 * How far an attempt has come. A state never gives way to one of the same rank or a lower one, so that news that come
 * late or twice change nothing.
 */
export const RANK: Readonly<Record<PaymentState, number>> = {
  AUTHORIZED: 1,
  DECLINED: 2,
  CAPTURED: 2,
  VOIDED: 3,
  REFUNDED: 3,
};

/** What the provider has said of one attempt to pay; the attempt id is ours, and the provider knows it. */
export interface Payment {
  readonly attemptId: string;
  readonly orderId: number;
  readonly amount: Hundredths;
  readonly currency: string;
  readonly state: PaymentState;
  readonly provider: string;
  readonly updatedAt: Millis;
}
