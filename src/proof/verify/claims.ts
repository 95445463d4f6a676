import { MINUTE, type Millis } from '../../core/clock.ts';
import { type Finding, finding } from './finding.ts';
import type { EventRows, HoldRow } from './ledger-rows.ts';
import { seatsOf } from './sales.ts';

/** A hold may stay in the rows this long after its end: the sweep comes four times a second, a rebuild takes longer. */
const SWEPT_WITHIN: Millis = MINUTE;
const MAY_PAY = new Set(['PENDING', 'AUTHORIZING', 'UNKNOWN', 'VOIDING']);

const isLive = ({ state }: HoldRow) => state === 'HELD' || state === 'PAYING';

/** A seat has at most one live claim, a claim ends once and in time, and nobody has more than the event allows. */
export function checkClaims(rows: EventRows, now: Millis): Finding[] {
  return [
    ...oneClaimPerSeat(rows),
    ...rows.holds.flatMap((hold) => timesOf(hold, now)),
    ...limits(rows),
    ...paying(rows, now),
  ];
}

function oneClaimPerSeat({ holds, sales, seats }: EventRows): Finding[] {
  const findings: Finding[] = [];
  const sold = new Map(sales.map((sale) => [sale.seat_id, sale.hold_id]));
  const blocked = new Set(seats.filter((seat) => seat.blocked === 1).map((seat) => seat.seat_id));
  const live = new Map<number, number>();
  for (const hold of holds.filter(isLive)) {
    const { seat_id: seat, hold_id } = hold;
    const other = live.get(seat);
    if (other !== undefined)
      findings.push(finding(1, `seat ${seat} has two live claims, ${other} and ${hold_id}`));
    const soldBy = sold.get(seat);
    if (soldBy === hold_id)
      findings.push(finding(33, `seat ${seat} is sold, and its claim ${hold_id} is live`));
    else if (soldBy !== undefined)
      findings.push(finding(1, `seat ${seat} is sold, and claim ${hold_id} on it is live`));
    if (blocked.has(seat))
      findings.push(finding(6, `seat ${seat} is blocked, and claim ${hold_id} on it is live`));
    live.set(seat, hold_id);
  }
  return findings;
}

function timesOf(hold: HoldRow, now: Millis): Finding[] {
  const findings: Finding[] = [];
  const { hold_id: id, state, expires_at, latest_end, ended_at } = hold;
  if (isLive(hold) !== (ended_at === null))
    findings.push(finding(9, `claim ${id} is ${state}, ended at ${ended_at}`));
  if (state === 'EXPIRED' && ended_at !== null && ended_at < expires_at) {
    findings.push(finding(8, `claim ${id} expired before its end`));
  }
  if (state === 'HELD' && expires_at > latest_end)
    findings.push(finding(8, `claim ${id} reaches past its latest end`));
  if (state === 'HELD' && expires_at + SWEPT_WITHIN < now) {
    findings.push(finding(8, `claim ${id} is over and was not ended`));
  }
  return findings;
}

function limits({ event, holds }: EventRows): Finding[] {
  const { seatsPerBuyer } = JSON.parse(event.policy_json) as { seatsPerBuyer: number };
  const live = new Map<string, number>();
  for (const hold of holds.filter(isLive)) live.set(hold.user_id, (live.get(hold.user_id) ?? 0) + 1);
  // The limit may have been lowered since; the buyer is not named, since this is read by operators.
  return [...live.values()]
    .filter((count) => count > seatsPerBuyer)
    .map((count) =>
      finding(10, `a buyer of event ${event.event_id} has ${count} live seats of ${seatsPerBuyer}`),
    );
}

/**
 * What is being paid for belongs to an order that waits for the payment, and such an order has its seats. Who was cut off
 * between the claims and the order's first row leaves claims alone until he asks again, or until they are freed.
 */
function paying({ orders, holds, sales }: EventRows, now: Millis): Finding[] {
  const findings: Finding[] = [];
  const states = new Map(orders.map((order) => [order.order_id, order.state]));
  const claimOf = new Map(holds.filter(isLive).map((hold) => [hold.seat_id, hold]));
  for (const hold of claimOf.values()) {
    if (hold.state !== 'PAYING') continue;
    const state = states.get(hold.order_id ?? -1);
    if (state === undefined && now <= hold.expires_at) continue;
    if (state === undefined || !MAY_PAY.has(state)) {
      const is = state ?? 'not there';
      findings.push(
        finding(26, `claim ${hold.hold_id} is PAYING for order ${hold.order_id}, which is ${is}`),
      );
    }
  }
  const sold = new Map(sales.map((sale) => [sale.seat_id, sale.order_id]));
  for (const order of orders) {
    if (order.state !== 'PENDING') continue;
    for (const { seatId, fence } of seatsOf(order)) {
      const claim = claimOf.get(seatId);
      const isOurs = claim?.fence === fence && claim.order_id === order.order_id;
      if (!isOurs && sold.get(seatId) !== order.order_id) {
        findings.push(finding(4, `order ${order.order_id} is PENDING without its claim on seat ${seatId}`));
      }
    }
  }
  return findings;
}
