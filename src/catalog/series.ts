import type { Millis } from '../core/clock.ts';
import { type Refusal, refuse } from '../core/refusal.ts';

/** How all events of a series are sold. Every time may be left open: null. */
export interface SalesPolicy {
  /** From its start until its end, only buyers of at least the tier may hold seats. */
  presaleStartsAt: Millis | null;
  presaleEndsAt: Millis | null;
  presaleMinimumTier: string;
  /** Everybody may from then on; null: at once. */
  generalSaleStartsAt: Millis | null;
  /** Seats that a buyer holds, pays for and owns, in all events together; null: as each event says. */
  reservationsPerBuyer: number | null;
}

export interface SeriesDraft {
  title: string;
  artist: string;
  agency: string | null;
}

/** Several events of one show. */
export interface Series extends Readonly<SeriesDraft> {
  readonly seriesId: number;
  readonly policy: SalesPolicy | null;
  readonly revision: number;
  readonly createdAt: Millis;
  /** It is not shown any more; its events are over. */
  readonly removedAt: Millis | null;
}

/** Why a policy makes no sense: a presale has a beginning and an end, and ends before everybody may buy. */
export function refusalOfPolicy(policy: SalesPolicy): Refusal | undefined {
  const { presaleStartsAt: from, presaleEndsAt: until, generalSaleStartsAt: general } = policy;
  if ((from === null) !== (until === null))
    return unfit(from === null ? 'presaleStartAt' : 'presaleEndAt', 'must be given with its counterpart');
  if (from === null || until === null) return undefined;
  if (from >= until) return unfit('presaleEndAt', 'must be after presaleStartAt');
  if (general === null) return unfit('generalSaleStartAt', 'must be given with a presale');
  return until > general ? unfit('presaleEndAt', 'must not be after generalSaleStartAt') : undefined;
}

function unfit(field: string, message: string): Refusal {
  return refuse('VALIDATION_FAILED', {}, { detail: [{ field, message }] });
}
