import { type Millis, SECOND } from '../core/clock.ts';
import { type Refusal, refuse } from '../core/refusal.ts';

/** How the events of a series are sold together. */
export interface SalesTerms {
  seriesId: number;
  /** From its start until its end, only buyers of at least the tier may hold seats. */
  presale: { startsAt: Millis; endsAt: Millis; minimumTier: string } | null;
  /** Everybody may from then on; null: at once. */
  generalFrom: Millis | null;
  /** Seats held, paid for and owned by one buyer in all events together; null: as each event says. */
  reservationsPerBuyer: number | null;
}

/** What a buyer has in the events of a series. */
export interface SeriesClaims {
  /** Sold to him in the event that he asks about. */
  soldHere: number;
  /** Held, paid for or sold in it. */
  here: number;
  /** The same in all other events of the series. */
  elsewhere: number;
}

/** The tier that a buyer needs now, `everybody`, or why nobody may buy yet. */
export function admittedTier(
  { presale, generalFrom }: SalesTerms,
  now: Millis,
): { minimum: string } | 'everybody' | Refusal {
  if (generalFrom === null || now >= generalFrom) return 'everybody';
  if (presale && now >= presale.startsAt && now < presale.endsAt) return { minimum: presale.minimumTier };
  const opensAt = presale && now < presale.startsAt ? presale.startsAt : generalFrom;
  const retryAfterSeconds = Math.ceil((opensAt - now) / SECOND);
  return refuse('SALE_NOT_OPEN', { status: 'UPCOMING' }, { retryAfterSeconds });
}

/**
 * How many seats of the event may be held and paid for by the buyer at the same time. The store of the seats decides by
 * it, so that a buyer who asks many times at once gets no more.
 */
export function liveSeatsLeft(limit: number, { soldHere, elsewhere }: SeriesClaims): number {
  return Math.max(0, limit - soldHere - elsewhere);
}
