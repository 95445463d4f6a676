import type { ClaimWay } from '../core/claim-way.ts';
import type { Millis } from '../core/clock.ts';
import type { AdmissionTerms } from './admission.ts';

export type EventStatus = 'UPCOMING' | 'ON_SALE' | 'PAUSED' | 'SOLD_OUT' | 'CLOSED' | 'CANCELLED';

/** What the organiser may ask for. ON_SALE to SOLD_OUT and back happens by itself, with the seats. */
const MOVES: Readonly<Record<EventStatus, readonly EventStatus[]>> = {
  UPCOMING: ['ON_SALE', 'CANCELLED'],
  ON_SALE: ['PAUSED', 'CLOSED', 'CANCELLED'],
  PAUSED: ['ON_SALE', 'CLOSED', 'CANCELLED'],
  SOLD_OUT: ['CLOSED', 'CANCELLED'],
  CLOSED: [],
  CANCELLED: [],
};

export type Inventory = 'seated' | 'capacity';

/** How two claims on a seat are kept apart: by the seat store, or in one of three ways by the seat's row in the ledger. */
export type ClaimStrategy = 'atomic' | ClaimWay;

/** What a sale of this event obeys, beyond its status. */
export interface EventPolicy {
  claimStrategy: ClaimStrategy;
  holdMillis: Millis;
  seatsPerBuyer: number;
  admissionMode: string;
  /** From then on buyers cannot cancel what they have paid for; null or not said: they always can. */
  cancellationDeadline?: Millis | null;
  /** What the organiser said about the waiting room; see admissionTerms for the rest. */
  admission?: Partial<AdmissionTerms>;
}

/** One performance: the thing on sale. */
export interface Event {
  readonly eventId: number;
  readonly name: string;
  readonly startsAt: Millis;
  readonly venue: string | null;
  /** As the organiser last set it; see statusOf for what it is now. */
  readonly status: Exclude<EventStatus, 'SOLD_OUT'>;
  /** The sale opens by itself at this time. */
  readonly saleOpensAt: Millis | null;
  readonly totalSeats: number;
  readonly currency: string;
  readonly inventory: Inventory;
  readonly policy: EventPolicy;
  readonly seriesId: number | null;
  readonly revision: number;
  readonly createdAt: Millis;
}

/** Whether buyers may claim seats: the organiser opened the sale, or its time has come. */
export function isOnSale(event: Event, now: Millis): boolean {
  if (event.status === 'ON_SALE') return true;
  return event.status === 'UPCOMING' && event.saleOpensAt !== null && event.saleOpensAt <= now;
}

/** The status at a moment. Sold out means that every seat that can be sold is: a held seat may come back. */
export function statusOf(event: Event, now: Millis, seats: { sold: number; unsold: number }): EventStatus {
  if (!isOnSale(event, now)) return event.status;
  return seats.sold > 0 && seats.unsold === 0 ? 'SOLD_OUT' : 'ON_SALE';
}

export function mayMove(from: EventStatus, to: EventStatus): boolean {
  return from === to || MOVES[from].includes(to);
}

/** What is not named keeps its value, in the terms of the waiting room too. */
export function changedPolicy(policy: EventPolicy, change: Partial<EventPolicy> = {}): EventPolicy {
  return { ...policy, ...change, admission: { ...policy.admission, ...change.admission } };
}
