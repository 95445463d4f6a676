import type { ClaimWay } from '../../../core/claim-way.ts';
import type { Claimant } from '../../../core/claimant.ts';
import type { Millis } from '../../../core/clock.ts';
import type { Refusal } from '../../../core/refusal.ts';

/** A hold of one seat and what became of it; its payment is the order's. */
export interface ReservationFacts {
  holdId: number;
  eventId: number;
  seatId: number;
  userId: string;
  state: 'HELD' | 'PAYING' | 'CONFIRMED' | 'RELEASED' | 'EXPIRED';
  heldAt: Millis;
  expiresAt: Millis;
  endedAt: Millis | null;
  order: OrderFacts | null;
}

export interface OrderFacts {
  orderId: number;
  /** Of the order slice. */
  state: string;
  confirmedAt: Millis | null;
  endedAt: Millis | null;
  refunded: boolean;
}

export interface Marks {
  requestMark: string | null;
  deviceMark: string | null;
}

/** Holds of seats that are known by their id alone, and their payment. */
export interface Reservations {
  /** The event that a seat belongs to. */
  eventOf(seatId: number): number | Refusal;
  hold(
    at: { eventId: number; seatId: number },
    buyer: Claimant,
    way: ClaimWay,
  ): Promise<ReservationFacts | Refusal>;
  /** The same behind the guard against abuse. */
  guardedHold(
    at: { eventId: number; seatId: number },
    buyer: Claimant,
    marks: Marks,
  ): Promise<ReservationFacts | Refusal>;
  /** Those that are held, being paid for or sold to the user, newest first. */
  live(userId: string): Promise<ReservationFacts[]>;
  /** Somebody else's answers like none. */
  reservation(holdId: number, userId: string): Promise<ReservationFacts | Refusal>;
  ownerOf(holdId: number): Promise<string | Refusal>;
  /** Held: given back. */
  release(facts: ReservationFacts, buyer: Claimant): Promise<ReservationFacts | Refusal>;
  /** Held: being paid for. */
  beginPayment(facts: ReservationFacts, buyer: Claimant): Promise<ReservationFacts | Refusal>;
  /** Being paid for: paid. */
  pay(facts: ReservationFacts, buyer: Claimant, paymentMethod: string): Promise<ReservationFacts | Refusal>;
  /** Paid: the money goes back, and the seat. What a provider did not answer is asked again. */
  refund(facts: ReservationFacts, buyer: Claimant): Promise<ReservationFacts | Refusal>;
  /** Organiser: tries that the guard refused, latest first. */
  abuses(filter: AbuseFilter): Promise<AbuseFacts[]>;
}

export interface AbuseFilter {
  reason?: string | undefined;
  userId?: string | undefined;
  seriesId?: number | undefined;
  from?: Millis | undefined;
  until?: Millis | undefined;
  limit: number;
}

export interface AbuseFacts extends Marks {
  attemptId: string;
  at: Millis;
  reason: string;
  userId: string;
  seriesId: number | null;
  eventId: number;
  seatId: number;
}
