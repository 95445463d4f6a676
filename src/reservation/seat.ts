import type { Millis } from '../core/clock.ts';
import type { Hundredths } from '../core/money.ts';

export const SEAT_STATES = ['AVAILABLE', 'HELD', 'PAYING', 'SOLD', 'BLOCKED'] as const;
export type SeatState = (typeof SEAT_STATES)[number];

/** Every move a seat can make. What is not here is a defect, never a case to handle. */
export const SEAT_MOVES: Readonly<Record<SeatState, readonly SeatState[]>> = {
  AVAILABLE: ['HELD', 'BLOCKED'],
  HELD: ['PAYING', 'AVAILABLE'],
  PAYING: ['SOLD', 'AVAILABLE'],
  SOLD: ['AVAILABLE'],
  BLOCKED: ['AVAILABLE'],
};

/** Why a seat moved; kept in its history. */
export type MoveCause =
  | 'hold'
  | 'release'
  | 'expiry'
  | 'booking'
  | 'booking_cancelled'
  | 'payment_deadline'
  | 'sale'
  | 'late_payment'
  | 'refund'
  | 'block'
  | 'unblock';

/** A seat as the organiser described it. It never changes; what happens to it is a claim. */
export interface Seat {
  readonly seatId: number;
  readonly eventId: number;
  readonly number: string;
  readonly section: string | null;
  readonly row: string | null;
  readonly type: string;
  readonly price: Hundredths;
  /** Map coordinates in the organiser's own unit. */
  readonly x: number | null;
  readonly y: number | null;
  /** Blocked from the start; the organiser may unblock it later. */
  readonly blocked: boolean;
  readonly createdAt: Millis;
}

/** What the seats cost together. */
export function totalOf(seats: readonly Seat[]): Hundredths {
  return seats.reduce((sum, seat) => sum + seat.price, 0);
}
