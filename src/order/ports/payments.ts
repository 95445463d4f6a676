import type { Along } from '../../core/along.ts';
import type { Hundredths } from '../../core/money.ts';
import type { Refusal } from '../../core/refusal.ts';

export interface Charge {
  attemptId: string;
  orderId: number;
  eventId: number;
  /** The order's name as the buyer knows it. */
  reference: string;
  /** What the buyer brought to pay with. */
  paymentId: string;
  amount: Hundredths;
  currency: string;
}

/** Money that was taken. */
export interface Captured {
  along: Along | undefined;
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
  /**
   * Reserves the money, or takes it where the provider knows nothing else. `unavailable`: the provider cannot be asked
   * now, and nothing happened.
   */
  authorize(charge: Charge): Promise<'authorized' | 'declined' | 'unavailable' | 'unknown'>;
  /**
   * Takes reserved money. What the book has to say of it goes along with the commit that rests on it; nothing does where
   * it is in the book already. Of an order that nobody has tried to pay before, the book is empty and not read.
   */
  captureAlong(charge: Charge, book: 'empty' | 'any'): Promise<Captured | 'declined' | 'unknown'>;
  /** Lets go of money for which there are no seats, reserved or taken at once. */
  void(charge: Charge): Promise<'done' | 'unknown'>;
  /** Gives taken money back: all that has not gone back yet. */
  refund(charge: Charge): Promise<'done' | 'unknown'>;
  /** Gives a part back, once for each refund id; refused when more is asked for than is left. */
  refundPart(
    charge: Charge,
    refund: { refundId: string; amount: Hundredths },
  ): Promise<'done' | 'unknown' | Refusal>;
}
