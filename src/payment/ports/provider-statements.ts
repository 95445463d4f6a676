import type { Millis } from '../../core/clock.ts';
import type { Hundredths } from '../../core/money.ts';

/** A charge as a provider lists it. */
export interface StatedCharge {
  /** The provider's name of it. */
  reference: string;
  captured: Hundredths;
  refunded: Hundredths;
}

/** A provider's own list of what it did for us. */
export interface ProviderStatements {
  /** Every charge that was made in [from, to), page after page, in whatever order. */
  charges(range: { from: Millis; to: Millis }): AsyncIterable<StatedCharge>;
}
