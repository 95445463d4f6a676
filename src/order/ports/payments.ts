import type { Hundredths } from '../../core/money.ts';

export interface Charge {
  attemptId: string;
  orderId: number;
  amount: Hundredths;
  currency: string;
}

/**
 * Moves money. Every method may be asked again with the same attempt id and then has no second effect. `unknown` means
 * that the provider did not say: ask again later.
 */
export interface Payments {
  /** What became of an attempt that was begun before. */
  lookUp(
    charge: Charge,
  ): Promise<'none' | 'authorized' | 'declined' | 'captured' | 'voided' | 'refunded' | 'unknown'>;
  /** Reserves the money. */
  authorize(charge: Charge): Promise<'authorized' | 'declined' | 'unknown'>;
  /** Takes reserved money. */
  capture(charge: Charge): Promise<'captured' | 'declined' | 'unknown'>;
  /** Lets go of reserved money that was not taken. */
  void(charge: Charge): Promise<'done' | 'unknown'>;
  /** Gives taken money back. */
  refund(charge: Charge): Promise<'done' | 'unknown'>;
}
