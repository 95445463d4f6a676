import type { Row } from '../../adapters/sql/database.ts';
import type { OrderState } from '../../order/order.ts';
import type { EntryKind } from '../../payment/book.ts';
import type { HoldState } from '../../reservation/hold.ts';
import type { SeatState } from '../../reservation/seat.ts';

/** Reads the ledger and nothing else: no rule and no service of the sale stands between the rows and the checks. */
export type ReadLedger = <R>(sql: string, params?: Row) => Promise<R[]>;

export interface EventRow {
  event_id: number;
  policy_json: string;
}
export interface SeatRow {
  seat_id: number;
  blocked: number;
  price: number;
}
export interface SaleRow {
  seat_id: number;
  hold_id: number;
  order_id: number;
  fence: number;
  price: number;
}
export interface HoldRow {
  hold_id: number;
  seat_id: number;
  user_id: string;
  group_id: number;
  fence: number;
  state: HoldState;
  held_at: number;
  expires_at: number;
  latest_end: number;
  order_id: number | null;
  ended_at: number | null;
}
export interface MoveRow {
  seat_id: number;
  number: number;
  from_state: SeatState;
  to_state: SeatState;
  hold_id: number | null;
  at: number;
}
export interface OrderRow {
  order_id: number;
  state: OrderState;
  amount: number;
  seats_json: string;
  due_at: number | null;
  refunded: number;
}
export interface PaymentRow {
  attempt_id: string;
  order_id: number;
  amount: number;
  state: string;
}
export interface MoneyRow {
  order_id: number;
  number: number;
  kind: EntryKind;
  source: string;
  debit: string;
  credit: string;
  amount: number;
  currency: string;
  at: number;
  previous_hash: string;
  hash: string;
}

export interface EntryRow {
  place: number;
  user_id: string;
  state: string;
  offer_json: string | null;
  answer_by: number | null;
}

/** All that the ledger says of one event. */
export interface EventRows {
  event: EventRow;
  seats: SeatRow[];
  sales: SaleRow[];
  holds: HoldRow[];
  moves: MoveRow[];
  orders: OrderRow[];
  payments: PaymentRow[];
  /** The house's book, order by order as it was written. */
  money: MoneyRow[];
  /** Of its waitlist. */
  entries: EntryRow[];
}

const EVENTS = 'SELECT event_id, policy_json FROM event ORDER BY event_id';
const BLOCKS = 'SELECT first_seat_id, seats FROM seat_block WHERE event_id = ? ORDER BY first_seat_id';
const SEATS = `SELECT seat.seat_id, coalesce(o.blocked, seat.blocked) AS blocked, seat.price FROM seat
  LEFT JOIN seat_override o ON o.event_id = seat.event_id AND o.seat_id = seat.seat_id
  WHERE seat.seat_id >= ? AND seat.seat_id < ?`;
/** By the key, so that an event costs what its own seats cost, however many events there are. */
const MOVES = `SELECT seat_id, number, from_state, to_state, hold_id, at FROM seat_move
  WHERE seat_id >= ? AND seat_id < ? ORDER BY seat_id, number`;
const SALES = 'SELECT seat_id, hold_id, order_id, fence, price FROM sale WHERE event_id = ?';
const HOLDS = `SELECT hold_id, seat_id, user_id, group_id, fence, state, held_at, expires_at, latest_end, order_id,
  ended_at FROM hold WHERE event_id = ?`;
const ORDERS =
  'SELECT order_id, state, amount, seats_json, due_at, refunded FROM orders WHERE event_id = ? ORDER BY order_id';
const PAYMENTS = `SELECT payment.attempt_id, payment.order_id, payment.amount, payment.state FROM payment
  JOIN orders ON orders.order_id = payment.order_id WHERE orders.event_id = ?`;
const MONEY = `SELECT m.order_id, m.number, m.kind, m.source, m.debit, m.credit, m.amount, m.currency, m.at,
  m.previous_hash, m.hash FROM money_entry m JOIN orders ON orders.order_id = m.order_id
  WHERE orders.event_id = ? ORDER BY m.order_id, m.number`;
const ENTRIES = `SELECT place, user_id, state, offer_json, answer_by FROM waitlist_entry
  WHERE event_id = ? ORDER BY place`;

export function eventsOf(read: ReadLedger): Promise<EventRow[]> {
  return read<EventRow>(EVENTS);
}

export async function rowsOf(read: ReadLedger, event: EventRow): Promise<EventRows> {
  const id = event.event_id;
  const seats: SeatRow[] = [];
  const moves: MoveRow[] = [];
  for (const block of await read<{ first_seat_id: number; seats: number }>(BLOCKS, [id])) {
    const range = [block.first_seat_id, block.first_seat_id + block.seats];
    for (const row of await read<SeatRow>(SEATS, range)) seats.push(row);
    for (const row of await read<MoveRow>(MOVES, range)) moves.push(row);
  }
  return {
    event,
    seats,
    moves,
    sales: await read<SaleRow>(SALES, [id]),
    holds: await read<HoldRow>(HOLDS, [id]),
    orders: await read<OrderRow>(ORDERS, [id]),
    payments: await read<PaymentRow>(PAYMENTS, [id]),
    money: await read<MoneyRow>(MONEY, [id]),
    entries: await read<EntryRow>(ENTRIES, [id]),
  };
}
