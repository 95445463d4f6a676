import type { SeriesClaims } from '../sales-terms.ts';

/** What the sale must know of a buyer beyond one event. Every method may throw Unavailable. */
export interface Buyers {
  /** Whether the buyer's tier is at least this one. */
  hasTier(userId: string, minimumTier: string): Promise<boolean>;
  /** What the buyer has in the series, one of whose events is named; as of a moment at or after the call. */
  claimsIn(seriesId: number, userId: string, eventId: number): Promise<SeriesClaims>;
}
