import { MINUTE, type Millis } from '../../core/clock.ts';
import { type Finding, finding } from './finding.ts';
import type { EventRows, OrderRow, PaymentRow } from './ledger-rows.ts';

/** An unfinished order whose driver is this late has none. */
const DRIVEN_WITHIN: Millis = 10 * MINUTE;
const ENDS = new Set(['CONFIRMED', 'CANCELLED', 'FAILED']);

/** Captured exactly once for a confirmed order, given back for a refunded one; whatever is unfinished has a driver. */
export function checkMoney({ orders, payments }: EventRows, now: Millis): Finding[] {
  const byOrder = new Map<number, PaymentRow[]>();
  for (const payment of payments)
    byOrder.set(payment.order_id, [...(byOrder.get(payment.order_id) ?? []), payment]);
  return orders.flatMap((order) => [
    ...paid(order, byOrder.get(order.order_id) ?? []),
    ...driven(order, now),
  ]);
}

function paid(order: OrderRow, payments: readonly PaymentRow[]): Finding[] {
  const findings: Finding[] = [];
  const { order_id: id, state } = order;
  const captured = payments.filter((payment) => payment.state === 'CAPTURED').length;
  const refunded = payments.filter((payment) => payment.state === 'REFUNDED').length;
  // Parts of a confirmed order's money may have gone back, all of them in the end.
  const kept = state === 'CONFIRMED' ? captured + refunded : captured;
  if (ENDS.has(state) && kept !== (state === 'CONFIRMED' ? 1 : 0)) {
    findings.push(finding(22, `order ${id} is ${state}, with ${captured} captured payments`));
  }
  if (captured > 1) findings.push(finding(23, `order ${id} was captured ${captured} times`));
  // A failed order's money may have been taken at once and given back: its buyer was never told that he had the seats.
  if (state === 'CANCELLED' && refunded !== order.refunded) {
    findings.push(finding(22, `order ${id} has ${refunded} refunds, and says ${order.refunded}`));
  }
  for (const { amount } of payments) {
    if (amount !== order.amount)
      findings.push(finding(23, `order ${id} costs ${order.amount}, and ${amount} was paid`));
  }
  return findings;
}

function driven({ order_id: id, state, due_at }: OrderRow, now: Millis): Finding[] {
  if (ENDS.has(state))
    return due_at === null ? [] : [finding(26, `order ${id} is ${state}, and is still due`)];
  if (due_at === null) return [finding(26, `order ${id} is ${state}, and nothing drives it`)];
  return due_at + DRIVEN_WITHIN < now
    ? [finding(42, `order ${id} is ${state}, and nobody has driven it on`)]
    : [];
}
