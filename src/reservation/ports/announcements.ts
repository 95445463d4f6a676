import type { SeatMove } from '../claims.ts';

/** Hears of what happened to seats, after it is durable. Must not throw and must not block. */
export interface Announcements {
  /** Moves of one event, in order. Called once per decision. */
  seatsMoved(eventId: number, moves: readonly SeatMove[]): void;
  /** The seats of an event were loaded anew under a higher epoch: what was announced before may not have happened. */
  seatsReloaded(eventId: number, epoch: number): void;
}
