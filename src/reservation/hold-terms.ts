import type { ClaimWay } from '../core/claim-way.ts';
import type { Claimant } from '../core/claimant.ts';
import type { Millis } from '../core/clock.ts';
import type { HoldTerms } from './command.ts';
import type { EventTerms } from './ports/halls.ts';

/** What the house allows, whatever the event says. */
export interface ReservationLimits {
  seatsPerHold: number;
  longestHoldMillis: Millis;
  lapsesAllowed: number;
  /** Rows in one list. */
  listed: number;
}

/** How somebody wants to hold seats, where it is not as their event has it. */
export interface HoldManner {
  holdMillis?: Millis;
  /** Held and being paid for at the same time; never more than the event allows. */
  liveSeats?: number;
  /** Holds of his that are given back in the same step. */
  insteadOf?: readonly number[];
  way?: ClaimWay;
  /** Calls of one turn that say so have their effect in their order, and none after this moment. */
  inOrderUntil?: Millis;
}

/** Somebody who wants to hold seats of an event on sale. */
export interface Asked {
  eventId: number;
  terms: EventTerms;
  claimant: Claimant;
  manner: HoldManner;
}

const NO_LIMIT = Number.MAX_SAFE_INTEGER;

/** The terms of one hold. Limits per buyer say nothing about those who share an id because nobody knows who they are. */
export function holdTerms(
  limits: ReservationLimits,
  event: EventTerms,
  { holdMillis = event.holdMillis, liveSeats, anonymous }: HoldManner & { anonymous?: true },
): HoldTerms {
  return {
    holdMillis,
    longestHoldMillis: limits.longestHoldMillis,
    liveSeatsPerBuyer: anonymous ? NO_LIMIT : Math.min(event.seatsPerBuyer, liveSeats ?? NO_LIMIT),
    seatsPerHold: limits.seatsPerHold,
    lapsesAllowed: anonymous ? NO_LIMIT : limits.lapsesAllowed,
  };
}
