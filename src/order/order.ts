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
 * The saga, as a table: how an order goes on from each state, where what was done by then is undone, and who moves it
 * when nobody asks. A state without a driver is an end. PENDING has seats claimed; from AUTHORIZING on money may be
 * reserved and seats sold; a part that is refunded is undone by nobody, for the rest goes back from CONFIRMED. What was
 * undone is confirmed only when it is paid for anew.
 */
export const SAGA: Readonly<
  Record<
    OrderState,
    { on: readonly OrderState[]; undo: readonly OrderState[]; driver: 'deadline' | 'reconciler' | null }
  >
> = {
  PENDING: { on: ['AUTHORIZING'], undo: ['CANCELLED', 'FAILED'], driver: 'deadline' },
  AUTHORIZING: { on: ['CONFIRMED', 'UNKNOWN'], undo: ['PENDING', 'VOIDING', 'FAILED'], driver: 'reconciler' },
  UNKNOWN: { on: ['UNKNOWN', 'CONFIRMED'], undo: ['PENDING', 'VOIDING', 'FAILED'], driver: 'reconciler' },
  CONFIRMED: { on: ['PART_REFUNDING'], undo: ['REFUNDING'], driver: null },
  PART_REFUNDING: { on: ['PART_REFUNDING', 'CONFIRMED'], undo: [], driver: 'reconciler' },
  VOIDING: { on: ['VOIDING', 'FAILED'], undo: [], driver: 'reconciler' },
  REFUNDING: { on: ['REFUNDING', 'CANCELLED'], undo: [], driver: 'reconciler' },
  CANCELLED: { on: [], undo: [], driver: null },
  FAILED: { on: [], undo: [], driver: null },
};

/** Where an order can go from a state. */
export function nextOf(state: OrderState): readonly OrderState[] {
  const { on, undo } = SAGA[state];
  return [...on, ...undo];
}

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

/** Whether its driver must look at it by now. */
export function isDue({ dueAt }: Order, now: Millis): boolean {
  return dueAt !== null && dueAt <= now;
}
