import type { Millis } from '../../core/clock.ts';
import type { SalesTerms } from '../sales-terms.ts';
import type { Seat } from '../seat.ts';

/** What the sale must know of an event. */
export interface EventTerms {
  onSale: boolean;
  /** Shown when the sale is not open. */
  status: string;
  currency: string;
  holdMillis: Millis;
  seatsPerBuyer: number;
  seriesId?: number | null;
  /** Of the event's series, if it has one that says how its events are sold. */
  sales?: SalesTerms | undefined;
}

/** The organiser's description of events and halls. */
export interface Halls {
  /** Undefined when there is no such event. Answers from memory when it can: it is asked on every hold. */
  terms(eventId: number): Promise<EventTerms | undefined> | EventTerms | undefined;
  /** Every seat of the event in the organiser's order, and whether they are numbered; undefined without the event. */
  hall(eventId: number): Promise<{ seats: readonly Seat[]; numbered: boolean } | undefined>;
  /** The event that a seat belongs to. */
  eventOfSeat(seatId: number): Promise<number | undefined> | number | undefined;
}
