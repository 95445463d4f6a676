import type { Millis } from '../../core/clock.ts';
import type { Entry } from '../entry.ts';

/** Whose turn it is, and whether turns were ended. Every method may throw Unavailable; after a definite one nothing was written. */
export interface WaitlistTurns {
  /** Whether anybody waits, as of a moment at or after the call. Answers at once where no other node can write. */
  isAnyWaiting(eventId: number): Promise<boolean> | boolean;
  /** Events in whose lines somebody waits. */
  eventsWaitedFor(): Promise<number[]>;
  /** Parties that wait behind a place, first come first, at most `limit`. */
  waiting(eventId: number, after: number, limit: number): Promise<Entry[]>;
  /** Offers whose time to answer is over, oldest first. */
  overdue(now: Millis, limit: number): Promise<Entry[]>;
  /** Notes, durably, that seats are about to be held for parties of the line. */
  begin(eventId: number): Promise<void>;
  /** Notes, durably, that all of what was held is written. */
  end(eventId: number): Promise<void>;
  /** Whether a turn that had begun was not ended, on whatever node: seats may be held for parties that do not know of them. */
  wasBrokenOff(eventId: number): Promise<boolean>;
}
