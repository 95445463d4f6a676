import type { Admission } from '../core/admission.ts';
import type { ClaimWay } from '../core/claim-way.ts';
import type { Millis } from '../core/clock.ts';
import type { CommandKey } from '../core/command.ts';
import type { Stamp } from '../core/stamp.ts';
import type { PartyWish } from './free-seats.ts';
import type { Hold } from './hold.ts';
import type { Seat } from './seat.ts';

/** The event's policy as it stood when the command was given. */
export interface HoldTerms {
  holdMillis: Millis;
  /** A hold with all its extensions. */
  longestHoldMillis: Millis;
  /** Held and being paid for, of one buyer on this event. */
  liveSeatsPerBuyer: number;
  seatsPerHold: number;
  /** Lapsed holds of one buyer within the churn window after which the next is refused. */
  lapsesAllowed: number;
}

interface ToEvent {
  eventId: number;
  /** Present when the client may send the command again: its reply is stored with the effect. */
  key?: CommandKey | undefined;
}

interface Holding extends ToEvent {
  userId: string;
  /** As the event says when it is not named; a store that decides in another way does not care. */
  way?: ClaimWay | undefined;
  sessionId: string | null;
  admission: Admission;
  terms: HoldTerms;
}

/** A seat as its claimant knows it. With another fence the claim is somebody else's, or over. */
export interface ClaimedSeat {
  seatId: number;
  fence: Stamp;
}

export type HoldSeats = Holding & {
  type: 'hold_seats';
  seatIds: readonly number[];
  /** Holds of the buyer that are given back in the same step, after the seats are his; those that are over are left alone. */
  insteadOf?: readonly number[] | undefined;
  /**
   * Decided after every such hold of its event that this node was asked for before, and, where other nodes may be at it from
   * this moment on, before it: later, Unavailable is thrown.
   */
  inOrderUntil?: Millis | undefined;
};
export type HoldBest = Holding & { type: 'hold_best'; wish: PartyWish };
export type ExtendHold = ToEvent & {
  type: 'extend_hold';
  holdId: number;
  userId: string;
  additionalMillis: Millis;
  /** What the addition begins at: the moment, unless it is said to be the end of the hold. */
  from?: 'end';
};
export type ReleaseHolds = ToEvent & {
  type: 'release_holds';
  holdIds: readonly number[];
  userId: string;
  /** Who has them given back; the buyer himself, unless it is said. */
  actor?: string;
  /** Of the same batch, on other events; counted into the reply. */
  releasedBefore?: number;
};
export type BeginPayment = ToEvent & {
  type: 'begin_payment';
  orderId: number;
  userId: string;
  seatIds: readonly number[];
  deadline: Millis;
};
export type EndPayment = ToEvent & {
  type: 'end_payment';
  orderId: number;
  seats: readonly ClaimedSeat[];
  outcome: 'booking_cancelled' | 'payment_deadline';
  actor: string | null;
};
export type SellSeats = ToEvent & {
  type: 'sell_seats';
  orderId: number;
  userId: string;
  seats: readonly ClaimedSeat[];
};
export type ReturnSale = ToEvent & {
  type: 'return_sale';
  orderId: number;
  seats: readonly ClaimedSeat[];
  actor: string | null;
};
export type BlockSeats = ToEvent & {
  type: 'block_seats' | 'unblock_seats';
  seatIds: readonly number[];
  actor: string;
};

/** Everything that can be asked of the seats of one event. Each is all or nothing. */
export type SeatCommand =
  | HoldSeats
  | HoldBest
  | ExtendHold
  | ReleaseHolds
  | BeginPayment
  | EndPayment
  | SellSeats
  | ReturnSale
  | BlockSeats;

/** What each command answers when it is not refused. */
export interface SeatReplies {
  /** The seats beside their holds, in the same order. */
  hold_seats: { holds: Hold[]; seats: Seat[] };
  hold_best: { holds: Hold[]; seats: Seat[] };
  extend_hold: { hold: Hold; seat: Seat };
  release_holds: { released: number };
  begin_payment: { holds: Hold[]; seats: Seat[] };
  end_payment: { freed: number };
  sell_seats: { holds: Hold[] };
  return_sale: { freed: number };
  /** Every seat named, changed or not. */
  block_seats: { seats: Seat[] };
  unblock_seats: { seats: Seat[] };
}

export type ReplyTo<C extends SeatCommand> = SeatReplies[C['type']];
