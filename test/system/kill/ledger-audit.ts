import { join } from 'node:path';
import Database from 'libsql';

interface OrderRow {
  order_id: number;
  event_id: number;
  state: string;
  amount: number;
  refunded: number;
  seats_json: string;
  attempt_json: string | null;
}
interface SaleRow {
  event_id: number;
  seat_id: number;
  order_id: number;
  hold_id: number;
  fence: number;
  price: number;
}
interface HoldRow {
  hold_id: number;
  seat_id: number;
  state: string;
  fence: number;
  order_id: number | null;
}
interface MoveRow {
  seat_id: number;
  number: number;
  from_state: string;
  to_state: string;
}
interface PaymentRow {
  attempt_id: string;
  order_id: number;
  amount: number;
  state: string;
}

const LEGAL = new Set(
  [
    'AVAILABLE HELD',
    'HELD PAYING',
    'HELD AVAILABLE',
    'PAYING SOLD',
    'PAYING AVAILABLE',
    'SOLD AVAILABLE',
  ].concat(['AVAILABLE BLOCKED', 'BLOCKED AVAILABLE']),
);
const OVER = new Set(['CONFIRMED', 'CANCELLED', 'FAILED']);

/** Reads the ledger's file, without any of the program's code, and names all that contradicts itself in it. */
export function auditLedger(dataDir: string): {
  faults: string[];
  sales: number;
  orders: number;
  moves: number;
} {
  const database = new Database(join(dataDir, 'onrush.db'), { readonly: true });
  const all = <R>(sql: string) => database.prepare(sql).all() as R[];
  try {
    const [check] = all<Record<string, string>>('PRAGMA quick_check');
    const orders = all<OrderRow>('SELECT * FROM orders');
    const sales = all<SaleRow>('SELECT * FROM sale');
    const holds = all<HoldRow>('SELECT * FROM hold');
    const moves = all<MoveRow>('SELECT * FROM seat_move ORDER BY seat_id, number');
    const payments = all<PaymentRow>('SELECT * FROM payment');
    const faults = [
      ...(Object.values(check ?? {})[0] === 'ok' ? [] : ['the file is damaged']),
      ...salesAndOrders(sales, orders),
      ...money(orders, payments),
      ...claims(holds, orders, sales),
      ...transitions(moves, holds, sales),
    ];
    return { faults, sales: sales.length, orders: orders.length, moves: moves.length };
  } finally {
    database.close();
  }
}

const seatsOf = (order: OrderRow) =>
  JSON.parse(order.seats_json) as { seatId: number; fence: number; price: number }[];

/** A sale for each seat of each confirmed order, under its fence and price, and no other sale; no order left halfway. */
function salesAndOrders(sales: readonly SaleRow[], orders: readonly OrderRow[]): string[] {
  const faults: string[] = [];
  const owed = new Map<string, SaleRow>();
  for (const sale of sales) {
    const seat = `${sale.event_id}/${sale.seat_id}`;
    if (owed.has(seat)) faults.push(`seat ${seat} is sold twice`);
    owed.set(seat, sale);
  }
  for (const order of orders) {
    const seats = seatsOf(order);
    if (seats.reduce((sum, seat) => sum + seat.price, 0) !== order.amount)
      faults.push(`order ${order.order_id} does not cost what its seats cost`);
    if (!OVER.has(order.state) && order.state !== 'PENDING')
      faults.push(`order ${order.order_id} was left in ${order.state}`);
    if (order.state !== 'CONFIRMED') continue;
    for (const { seatId, fence, price } of seats) {
      const key = `${order.event_id}/${seatId}`;
      const sale = owed.get(key);
      if (sale?.order_id !== order.order_id || sale.fence !== fence || sale.price !== price)
        faults.push(
          `order ${order.order_id} is CONFIRMED, but seat ${seatId} is not sold to it under its fence`,
        );
      else owed.delete(key);
    }
  }
  for (const sale of owed.values())
    faults.push(`seat ${sale.seat_id} is sold to order ${sale.order_id}, which is not CONFIRMED`);
  return faults;
}

/** Captured exactly once for a confirmed order, given back for one that was refunded, never for another. */
function money(orders: readonly OrderRow[], payments: readonly PaymentRow[]): string[] {
  const byOrder = new Map<number, PaymentRow[]>();
  for (const payment of payments)
    byOrder.set(payment.order_id, [...(byOrder.get(payment.order_id) ?? []), payment]);
  return orders.flatMap((order) => {
    const own = byOrder.get(order.order_id) ?? [];
    const captured = own.filter((payment) => payment.state === 'CAPTURED');
    const refunded = own.filter((payment) => payment.state === 'REFUNDED');
    const faults: string[] = [];
    if (captured.length !== (order.state === 'CONFIRMED' ? 1 : 0))
      faults.push(`order ${order.order_id} is ${order.state} with ${captured.length} captured payments`);
    if (refunded.length !== order.refunded)
      faults.push(`order ${order.order_id} (refunded: ${order.refunded}) has ${refunded.length} refunds`);
    for (const payment of own) {
      if (payment.amount !== order.amount)
        faults.push(`order ${order.order_id} costs ${order.amount}, but ${payment.amount} was paid`);
    }
    return faults;
  });
}

/** A seat has at most one live claim; nothing is being paid for without an order that waits for it. */
function claims(holds: readonly HoldRow[], orders: readonly OrderRow[], sales: readonly SaleRow[]): string[] {
  const states = new Map(orders.map((order) => [order.order_id, order.state]));
  const sold = new Set(sales.map((sale) => sale.seat_id));
  const live = new Map<number, HoldRow>();
  const faults: string[] = [];
  for (const hold of holds) {
    if (hold.state !== 'HELD' && hold.state !== 'PAYING') continue;
    if (live.has(hold.seat_id)) faults.push(`seat ${hold.seat_id} has two live claims`);
    if (sold.has(hold.seat_id))
      faults.push(`seat ${hold.seat_id} is sold and has the live claim ${hold.hold_id}`);
    live.set(hold.seat_id, hold);
    if (hold.state === 'PAYING' && states.get(hold.order_id ?? -1) !== 'PENDING')
      faults.push(
        `seat ${hold.seat_id} is PAYING for order ${hold.order_id}, which is ${states.get(hold.order_id ?? -1) ?? 'not there'}`,
      );
  }
  for (const order of orders) {
    if (order.state !== 'PENDING') continue;
    for (const { seatId, fence } of seatsOf(order)) {
      const claim = live.get(seatId);
      if (claim?.fence !== fence || claim.order_id !== order.order_id)
        faults.push(`order ${order.order_id} is PENDING without its claim on seat ${seatId}`);
    }
  }
  return faults;
}

/** Each seat's log is one unbroken chain of legal moves that ends where the other tables say the seat stands. */
function transitions(
  moves: readonly MoveRow[],
  holds: readonly HoldRow[],
  sales: readonly SaleRow[],
): string[] {
  const faults: string[] = [];
  const state = new Map<number, string>();
  for (const { seat_id, number, from_state, to_state } of moves) {
    const before = state.get(seat_id) ?? 'AVAILABLE';
    if (before !== from_state)
      faults.push(`seat ${seat_id} was ${before}, but its move ${number} starts from ${from_state}`);
    if (!LEGAL.has(`${from_state} ${to_state}`))
      faults.push(`seat ${seat_id} went from ${from_state} to ${to_state}`);
    state.set(seat_id, to_state);
  }
  const stands = new Map<number, string>();
  for (const hold of holds)
    if (hold.state === 'HELD' || hold.state === 'PAYING') stands.set(hold.seat_id, hold.state);
  for (const sale of sales) stands.set(sale.seat_id, 'SOLD');
  for (const [seat, is] of state) {
    const should = stands.get(seat) ?? 'AVAILABLE';
    if (is !== should) faults.push(`the log of seat ${seat} ends with ${is}, its rows say ${should}`);
  }
  return faults;
}
