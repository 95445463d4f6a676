import { type Finding, finding } from './finding.ts';
import type { EventRows, OrderRow } from './ledger-rows.ts';

/** Orders whose seats may be sold: in the middle of a payment or a refund as well. */
const MAY_OWN = new Set(['CONFIRMED', 'AUTHORIZING', 'UNKNOWN', 'VOIDING', 'REFUNDING', 'PART_REFUNDING']);

interface OrderedSeat {
  seatId: number;
  fence: number;
  price: number;
}

export function seatsOf(order: OrderRow): OrderedSeat[] {
  return JSON.parse(order.seats_json) as OrderedSeat[];
}

/** Each sale belongs to an order that may own it, and each confirmed order owns all of its seats at their price. */
export function checkSales({ sales, orders, seats }: EventRows): Finding[] {
  const findings: Finding[] = [];
  const byId = new Map(orders.map((order) => [order.order_id, order]));
  const saleOf = new Map<number, (typeof sales)[number]>();
  for (const sale of sales) {
    // The key forbids it; a ledger whose key was dropped shall be found out all the same.
    if (saleOf.has(sale.seat_id)) findings.push(finding(1, `seat ${sale.seat_id} is sold twice`));
    saleOf.set(sale.seat_id, sale);
    const order = byId.get(sale.order_id);
    if (!order || !MAY_OWN.has(order.state)) {
      const state = order?.state ?? 'not there';
      findings.push(finding(2, `seat ${sale.seat_id} is sold to order ${sale.order_id}, which is ${state}`));
    }
  }
  const known = new Map(seats.map((seat) => [seat.seat_id, seat]));
  for (const sale of sales) {
    const seat = known.get(sale.seat_id);
    if (!seat) findings.push(finding(11, `seat ${sale.seat_id} is sold and is not in the hall`));
    else if (seat.price !== sale.price)
      findings.push(finding(23, `seat ${sale.seat_id} is not sold at its price`));
  }
  for (const order of orders) {
    const ordered = seatsOf(order);
    if (ordered.reduce((sum, seat) => sum + seat.price, 0) !== order.amount) {
      findings.push(finding(23, `order ${order.order_id} does not cost what its seats cost`));
    }
    if (order.state !== 'CONFIRMED') continue;
    for (const { seatId, fence, price } of ordered) {
      const sale = saleOf.get(seatId);
      if (sale?.order_id === order.order_id && sale.fence === fence && sale.price === price) continue;
      findings.push(
        finding(
          2,
          `order ${order.order_id} is CONFIRMED, and seat ${seatId} is not sold to it under its fence`,
        ),
      );
    }
  }
  return findings;
}
