import type { Millis } from '../../../core/clock.ts';
import type { Refusal } from '../../../core/refusal.ts';

export interface Concert {
  seriesId: number;
  title: string;
  artist: string;
  agency: string | null;
}

export interface ConcertDraft extends Omit<Concert, 'seriesId'> {
  venue: string | null;
  /** Of its options. */
  dates: readonly Millis[];
  seatNumbers: readonly { number: string; row: string }[];
}

export interface ConcertPolicy {
  presaleStartsAt: Millis | null;
  presaleEndsAt: Millis | null;
  presaleMinimumTier: string;
  generalSaleStartsAt: Millis | null;
  reservationsPerBuyer: number | null;
}

/** Series and their events, as this edition sees them. */
export interface Concerts {
  /** Oldest first. */
  all(): Concert[];
  /** By id. */
  options(seriesId: number): { eventId: number; startsAt: Millis }[] | Refusal;
  /** The event's seats as a JSON array of those that are free, as they were less than a second ago. */
  freeSeats(eventId: number): Promise<string | Refusal>;
  /** Makes a series with its events, all on sale. */
  setUp(draft: ConcertDraft): Promise<{ seriesId: number; eventIds: number[] } | Refusal>;
  /** The series is not shown any more, and its events are over. */
  cleanUp(seriesId: number): Promise<{ cleaned: true } | Refusal>;
  policy(seriesId: number): ConcertPolicy | Refusal;
  setPolicy(seriesId: number, policy: ConcertPolicy): Promise<ConcertPolicy | Refusal>;
}
