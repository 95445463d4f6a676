import type { Millis } from '../core/clock.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import type { Order } from './order.ts';

/** Why an order cannot be paid now; undefined when it can. */
export function notPayable(order: Order, now: Millis): Refusal | undefined {
  const lapsed = order.state === 'FAILED' && order.attempt === null;
  if (lapsed || (order.state === 'PENDING' && order.deadline <= now))
    return refuse('PAYMENT_DEADLINE_PASSED');
  return order.state === 'PENDING' ? undefined : refuse('BOOKING_NOT_PENDING', { state: order.state });
}
