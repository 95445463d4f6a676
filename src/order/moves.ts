import { assert } from '../core/assert.ts';
import type { Millis } from '../core/clock.ts';
import {
  type Order,
  type OrderContact,
  type OrderedSeat,
  type OrderState,
  PATIENCE,
  type PaymentAttempt,
  SAGA,
} from './order.ts';

export interface OrderDraft {
  orderId: number;
  reference: string;
  eventId: number;
  userId: string;
  currency: string;
  seats: readonly OrderedSeat[];
  deadline: Millis;
  contact?: OrderContact | null;
  automatic?: true;
}

export function newOrder(draft: OrderDraft, now: Millis): Order {
  return {
    ...draft,
    state: 'PENDING',
    revision: 1,
    amount: draft.seats.reduce((sum, seat) => sum + seat.price, 0),
    attempt: null,
    dueAt: pendingUntil(draft, now),
    createdAt: now,
    confirmedAt: null,
    endedAt: null,
    refunded: false,
    refunds: [],
    reason: null,
    contact: draft.contact ?? null,
  };
}

/** A buyer pays: the intent is written down before the provider hears of it. */
export function beginAttempt(order: Order, attempt: PaymentAttempt, now: Millis): Order {
  return { ...moved(order, 'AUTHORIZING', now), attempt };
}

/** The provider said no; the buyer may try again until the deadline. */
export function declined(order: Order, now: Millis): Order {
  return { ...moved(order, 'PENDING', now), attempt: null };
}

/** Money is captured and the seats are sold under these fences. */
export function confirmed(order: Order, fences: ReadonlyMap<number, number>, now: Millis): Order {
  const seats = order.seats.map((seat) => ({ ...seat, fence: fences.get(seat.seatId) ?? seat.fence }));
  return { ...moved(order, 'CONFIRMED', now), seats, confirmedAt: now };
}

/** Steps that carry nothing but the state, and why. */
export function moved(
  order: Order,
  state: OrderState,
  now: Millis,
  reason: string | null = order.reason,
): Order {
  assert(SAGA[order.state].next.includes(state), `order ${order.orderId}: ${order.state} to ${state}`);
  const { driver } = SAGA[state];
  const ended = state === 'CANCELLED' || state === 'FAILED';
  return {
    ...order,
    state,
    reason,
    revision: order.revision + 1,
    dueAt: driver === null ? null : driver === 'deadline' ? pendingUntil(order, now) : now + PATIENCE,
    endedAt: ended ? now : null,
    refunded: order.refunded || (order.state === 'REFUNDING' && state === 'CANCELLED'),
  };
}

/** When a pending order must be looked at: it lapses, or the house asks for its payment again. */
function pendingUntil({ deadline, automatic }: Pick<Order, 'deadline' | 'automatic'>, now: Millis): Millis {
  return automatic ? Math.min(deadline, now + PATIENCE) : deadline;
}
