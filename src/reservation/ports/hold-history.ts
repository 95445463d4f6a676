import type { Millis } from '../../core/clock.ts';
import type { Stamp } from '../../core/stamp.ts';
import type { Hold } from '../hold.ts';

/** One line of a seat's history. */
export interface HistoryEntry {
  at: Millis;
  from: string;
  to: string;
  cause: string;
  number: number;
  holdId: number | null;
  actor: string | null;
}

/** Reads what became of holds and seats. Sees everything that was acknowledged before the call. */
export interface HoldHistory {
  hold(holdId: number): Promise<Hold | undefined>;
  /** Which of these holds of one event there are, live or ended. */
  known(eventId: number, holdIds: readonly number[]): Promise<ReadonlySet<number>>;
  /** A buyer's holds, newest first, at most `limit`. */
  holdsOf(userId: string, filter: { eventId?: number; liveOnly: boolean; limit: number }): Promise<Hold[]>;
  /** How many seats of each event a buyer holds or pays for (`live`), and how many are sold to him. */
  claimsOf(
    userId: string,
    eventIds: readonly number[],
    now: Millis,
  ): Promise<{ eventId: number; live: number; sold: number }[]>;
  /** Seats that are being paid for, by order. */
  beingPaid(): Promise<
    { orderId: number; eventId: number; userId: string; seats: { seatId: number; fence: Stamp }[] }[]
  >;
  /** Every move of a seat, oldest first, at most `limit`. */
  seatHistory(eventId: number, seatId: number, limit: number): Promise<HistoryEntry[]>;
}
