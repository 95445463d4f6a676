import type { Millis } from '../core/clock.ts';
import type { Hundredths } from '../core/money.ts';

export type PaymentState = 'AUTHORIZED' | 'DECLINED' | 'CAPTURED' | 'VOIDED' | 'REFUNDED';

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
