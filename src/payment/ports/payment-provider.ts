import type { Hundredths } from '../../core/money.ts';

/** Amount in hundredths; the adapter converts to the provider's unit. */
export interface ProviderCharge {
  /** Ours; the provider treats a second request with it as the first. */
  attemptId: string;
  amount: Hundredths;
  currency: string;
}

export type ChargeState = 'none' | 'authorized' | 'declined' | 'captured' | 'voided' | 'refunded';

/**
 * A payment provider. Idempotent by attempt id. A method that throws leaves the effect unknown: `find` tells.
 */
export interface PaymentProvider {
  readonly name: string;
  /** Reserves money, or is declined. */
  authorize(charge: ProviderCharge): Promise<'authorized' | 'declined'>;
  capture(charge: ProviderCharge): Promise<'captured' | 'declined'>;
  /** Lets go of reserved money; harmless when there is none. */
  void(charge: ProviderCharge): Promise<void>;
  /** Gives captured money back, once. */
  refund(charge: ProviderCharge): Promise<void>;
  find(attemptId: string): Promise<ChargeState>;
}
