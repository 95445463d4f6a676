import type { Hundredths } from '../../core/money.ts';

/** Amount in hundredths; the adapter converts to the provider's unit. */
export interface ProviderCharge {
  /** Ours; the provider treats a second request with it as the first. */
  attemptId: string;
  orderId: number;
  amount: Hundredths;
  currency: string;
  /** What the buyer brought from the provider to pay with: a payment method of Stripe, a payment key of Toss. */
  method: string;
  /** The order's name as the buyer's page knows it. */
  reference: string;
}

/** Money on its way back. The provider treats a second request with the same refund id as the first. */
export interface ProviderRefund {
  refundId: string;
  amount: Hundredths;
}

export type ChargeState = 'none' | 'authorized' | 'declined' | 'captured' | 'voided' | 'refunded';

/** What the provider has in its own book. `refunded` is a state only when everything went back. */
export interface ChargeView {
  state: ChargeState;
  /** Of what was taken, how much went back. */
  refunded: Hundredths;
}

/**
 * A payment provider. Idempotent by attempt id. A method that throws leaves the effect unknown, and `find` tells,
 * unless it throws a definite Unavailable: then nothing happened.
 */
export interface PaymentProvider {
  readonly name: string;
  /**
   * How money is taken: reserved by `authorize` and taken by `capture`, or taken `at_once` by `authorize`. Whoever
   * charges at once must give the money back, by `void`, when what was paid for cannot be had.
   */
  readonly captures: 'separately' | 'at_once';
  /** Reserves money, or takes it at once, or is declined. Asked again after that, takes nothing back. */
  authorize(charge: ProviderCharge): Promise<'authorized' | 'declined'>;
  /** Takes reserved money, once; what was taken at once is captured already. Declined when none is reserved. */
  capture(charge: ProviderCharge): Promise<'captured' | 'declined'>;
  /** Lets go of reserved money, and returns what was taken; harmless when there is neither. */
  void(charge: ProviderCharge): Promise<'released' | 'returned'>;
  /** Gives captured money back, once for each refund id. `refused` when more is asked for than is left; nothing moves then. */
  refund(charge: ProviderCharge, refund: ProviderRefund): Promise<'refunded' | 'refused'>;
  /** What became of an attempt, at this moment; `none` only when it never had effect. */
  find(charge: ProviderCharge): Promise<ChargeView>;
}
