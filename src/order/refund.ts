import type { Millis } from '../core/clock.ts';
import { formatMoney, type Hundredths, suitsCurrency } from '../core/money.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import { moved } from './moves.ts';
import type { Order, OrderRefund } from './order.ts';

/** Parts that one order may be refunded in. */
const PARTS_MAX = 50;

/** What of a confirmed order's money has neither gone back nor is on its way. */
export function leftOf({ amount, refunds }: Order): Hundredths {
  return refunds.reduce((left, refund) => left - refund.amount, amount);
}

export function pendingRefund({ refunds }: Order): OrderRefund | undefined {
  return refunds.find(({ state }) => state === 'PENDING');
}

/** A part of the money shall go back, and the seats stay sold: written down before the provider hears of it. */
export function beginRefund(order: Order, refund: Omit<OrderRefund, 'state'>, now: Millis): Order | Refusal {
  if (!suitsCurrency(refund.amount, order.currency))
    return refuse('PRICE_NOT_IN_CURRENCY', { currency: order.currency });
  const left = leftOf(order);
  if (refund.amount <= 0 || refund.amount > left)
    return refuse('REFUND_TOO_LARGE', { left: formatMoney(left) });
  if (order.refunds.length >= PARTS_MAX) return refuse('REFUND_PARTS_LIMIT', { limit: PARTS_MAX });
  const refunds: OrderRefund[] = [...order.refunds, { ...refund, state: 'PENDING' }];
  return { ...moved(order, 'PART_REFUNDING', now), refunds };
}

/** It has gone back. */
export function endRefund(order: Order, now: Millis): Order {
  const refunds = order.refunds.map((refund) => ({ ...refund, state: 'DONE' as const }));
  return { ...moved(order, 'CONFIRMED', now), refunds };
}

/** The book refused it: nothing went back. */
export function dropRefund(order: Order, now: Millis): Order {
  const refunds = order.refunds.filter(({ state }) => state === 'DONE');
  return { ...moved(order, 'CONFIRMED', now), refunds };
}
