import { type Millis, SECOND } from '../core/clock.ts';
import type { Language } from '../core/language.ts';
import type { Hundredths } from '../core/money.ts';
import type { Stamp } from '../core/stamp.ts';

export const ORDER_STATES = [
  'PENDING',
  'AUTHORIZING',
  'UNKNOWN',
  'VOIDING',
  'CONFIRMED',
  'REFUNDING',
  'PART_REFUNDING',
  'CANCELLED',
  'FAILED',
] as const;
export type OrderState = (typeof ORDER_STATES)[number];

/**
 * The saga, as a table: where an order can go from each state, and who moves it when nobody asks. A state without a
 * driver is an end. Undoing stands beside doing: an authorization without seats goes to VOIDING, a sale that is
 * cancelled to REFUNDING, and both are driven to their end.
 */
export const SAGA: Readonly<
  Record<OrderState, { next: readonly OrderState[]; driver: 'deadline' | 'reconciler' | null }>
> = {
  PENDING: { next: ['AUTHORIZING', 'CANCELLED', 'FAILED'], driver: 'deadline' },
  AUTHORIZING: { next: ['CONFIRMED', 'PENDING', 'UNKNOWN', 'VOIDING', 'FAILED'], driver: 'reconciler' },
  UNKNOWN: { next: ['UNKNOWN', 'CONFIRMED', 'PENDING', 'VOIDING', 'FAILED'], driver: 'reconciler' },
  VOIDING: { next: ['VOIDING', 'FAILED'], driver: 'reconciler' },
  CONFIRMED: { next: ['REFUNDING', 'PART_REFUNDING'], driver: null },
  REFUNDING: { next: ['REFUNDING', 'CANCELLED'], driver: 'reconciler' },
  PART_REFUNDING: { next: ['PART_REFUNDING', 'CONFIRMED'], driver: 'reconciler' },
  CANCELLED: { next: [], driver: null },
  FAILED: { next: [], driver: null },
};

/** A seat as it was when it was ordered, and the claim that the order has on it. */
export interface OrderedSeat {
  readonly seatId: number;
  readonly number: string;
  readonly section: string | null;
  readonly row: string | null;
  readonly type: string;
  readonly price: Hundredths;
  readonly x: number | null;
  readonly y: number | null;
  readonly createdAt: Millis;
  readonly fence: Stamp;
}

/** One try to pay. The provider knows it by its attempt id, the buyer by his payment id. */
export interface PaymentAttempt {
  readonly attemptId: string;
  readonly paymentId: string;
  readonly startedAt: Millis;
}

/** A part of the money on its way back to the buyer, or there. The id is the organiser's. */
export interface OrderRefund {
  readonly refundId: string;
  readonly amount: Hundredths;
  readonly reason: string | null;
  readonly state: 'PENDING' | 'DONE';
}

/** Where the buyer wants to hear of the order. */
export interface OrderContact {
  readonly email: string;
  readonly language: Language;
}

/** From reservation to money. v1 calls it a booking. */
export interface Order {
  readonly orderId: number;
  readonly reference: string;
  readonly eventId: number;
  readonly userId: string;
  readonly state: OrderState;
  /** Grows with every change; an older one never replaces a newer one. */
  readonly revision: number;
  readonly amount: Hundredths;
  readonly currency: string;
  readonly seats: readonly OrderedSeat[];
  readonly attempt: PaymentAttempt | null;
  /** A PENDING order gives its seats back at this time. */
  readonly deadline: Millis;
  /** When its driver must look at it next; null at an end. */
  readonly dueAt: Millis | null;
  readonly createdAt: Millis;
  readonly confirmedAt: Millis | null;
  readonly endedAt: Millis | null;
  /** Everything went back. */
  readonly refunded: boolean;
  /** What went back while the seats stayed sold, at most one of them pending. */
  readonly refunds: readonly OrderRefund[];
  readonly reason: string | null;
  readonly contact: OrderContact | null;
  /** Nobody asks for its payment: the house does, as soon as there is the order, and once declined it has failed. */
  readonly automatic?: true;
}

/** How long an unfinished step is left to the request that began it, or to the last try, before it is driven on. */
export const PATIENCE: Millis = 5 * SECOND;
