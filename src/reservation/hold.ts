import type { Millis } from '../core/clock.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import type { Stamp } from '../core/stamp.ts';

export const HOLD_STATES = ['HELD', 'PAYING', 'CONFIRMED', 'RELEASED', 'EXPIRED'] as const;
export type HoldState = (typeof HOLD_STATES)[number];

/** A hold ends exactly once: the last three states have no way out. */
export const HOLD_MOVES: Readonly<Record<HoldState, readonly HoldState[]>> = {
  HELD: ['PAYING', 'RELEASED', 'EXPIRED'],
  PAYING: ['CONFIRMED', 'RELEASED', 'EXPIRED'],
  CONFIRMED: [],
  RELEASED: [],
  EXPIRED: [],
};

/** One buyer's claim on one seat, with a deadline. Values are never changed in place: a change is a new value. */
export interface Hold {
  readonly holdId: number;
  readonly eventId: number;
  readonly seatId: number;
  readonly userId: string;
  readonly sessionId: string | null;
  /** The first hold of the command that made it: seats claimed together share it. */
  readonly groupId: number;
  /** The admission the claim was made under. */
  readonly admissionId: string | null;
  /** Grows with each new claim on the seat; a write that carries an older one changes nothing. */
  readonly fence: Stamp;
  readonly state: HoldState;
  readonly heldAt: Millis;
  /** The hold is over at this moment, not after it. While PAYING it is the payment's deadline. */
  readonly expiresAt: Millis;
  /** No extension reaches past this. */
  readonly latestEnd: Millis;
  readonly orderId: number | null;
  readonly endedAt: Millis | null;
}

export function isLive(hold: Hold): boolean {
  return hold.state === 'HELD' || hold.state === 'PAYING';
}

/** Why a hold cannot be lengthened or given back. */
export function notActive(hold: Hold): Refusal | undefined {
  if (hold.state === 'HELD') return undefined;
  return hold.state === 'EXPIRED' ? refuse('RESERVATION_EXPIRED') : refuse('RESERVATION_NOT_ACTIVE');
}
