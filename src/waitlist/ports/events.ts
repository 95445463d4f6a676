import type { Millis } from '../../core/clock.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { Wish } from '../entry.ts';

/** What the line must know of its event. */
export interface LineTerms {
  onSale: boolean;
  /** The event's. */
  status: string;
  unnumbered: boolean;
  /** Time to answer an offer; undefined when the seats go to the party at once. */
  answerMillis: Millis | undefined;
  /** Parties that may wait. */
  most: number;
  /** Seats go to the line only when the organiser says so. */
  servedByHand: boolean;
}

export interface Events {
  /** Undefined when there is no such event. Answers from memory. */
  terms(eventId: number): LineTerms | undefined;
  /** Why such a party could never be seated at this event, however many seats come back. */
  neverSeated(eventId: number, wish: Wish): Promise<Refusal | undefined>;
}
