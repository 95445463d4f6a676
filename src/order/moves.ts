import { assert } from '../core/assert.ts';
import type { Millis } from '../core/clock.ts';
import {
  nextOf,
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
  const { orderId, reference, eventId, userId, currency, seats, deadline, contact = null, automatic } = draft;
  const order: Order = {
    orderId,
    reference,
    eventId,
    userId,
    state: 'PENDING',
    revision: 1,
    amount: seats.reduce((sum, seat) => sum + seat.price, 0),
    currency,
    seats,
    attempt: null,
    deadline,
    dueAt: pendingUntil(draft, now),
    createdAt: now,
    confirmedAt: null,
    endedAt: null,
    refunded: false,
    refunds: [],
    reason: null,
    contact,
  };
  return automatic ? { ...order, automatic } : order;
}

/** A buyer pays: the intent is written down before the provider hears of it. */
export function beginAttempt(order: Order, attempt: PaymentAttempt, now: Millis): Order {
  return { ...moved(order, 'AUTHORIZING', now), attempt };
}

/** Whether nobody has tried to pay it before: it was made, and this try was begun. */
export function isFirstTry({ state, revision }: Order): boolean {
  return state === 'AUTHORIZING' && revision === 2;
}

/** The provider said no; the buyer may try again until the deadline. */
export function declined(order: Order, now: Millis): Order {
  return { ...moved(order, 'PENDING', now), attempt: null };
}

/** A pending order keeps its seats for longer. */
export function prolonged(order: Order, deadline: Millis, now: Millis): Order {
  assert(order.state === 'PENDING', `order ${order.orderId} is ${order.state}, and cannot be prolonged`);
  const later = { ...order, deadline, revision: order.revision + 1 };
  return { ...later, dueAt: pendingUntil(later, now) };
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
  assert(nextOf(order.state).includes(state), `order ${order.orderId}: ${order.state} to ${state}`);
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
