import type { WriteRun } from '../../../adapters/sql/database.ts';
import type { RequestRecord } from '../../../adapters/sql/requests/request-row.ts';
import type { HoldRecord } from '../../../adapters/sql/seats/hold-row.ts';
import type { SqliteEngine } from '../../../adapters/sql/sqlite/engine.ts';
import type { EntryRecord } from '../../../adapters/sql/waitlist/waitlist-row.ts';
import type { OrderRefund } from '../../../order/order.ts';
import { Violation } from '../violation.ts';
import type { PlaceRow } from './room-rules.ts';

export interface MoveRow {
  seat_id: number;
  number: number;
  event_id: number;
  from_state: string;
  to_state: string;
  cause: string;
  hold_id: number | null;
  actor: string | null;
  at: number;
}

export interface SaleRow {
  event_id: number;
  seat_id: number;
  hold_id: number;
  order_id: number;
  user_id: string;
  fence: number;
  price: number;
}

export interface OrderRow {
  order_id: number;
  event_id: number;
  user_id: string;
  state: string;
  revision: number;
  amount: number;
  seats_json: string;
  attempt_json: string | null;
  due_at: number | null;
  deadline: number;
  ended_at: number | null;
  refunded: number;
  refunds_json: string | null;
}

export interface PaymentRow {
  attempt_id: string;
  order_id: number;
  state: string;
}

/** A seat as the log of moves makes it, replayed from nothing. */
export interface ReplayedSeat {
  seatId: number;
  eventId: number;
  state: string;
  blockedAtFirst: boolean;
  lastNumber: number;
  lastAt: number;
  /** Number of the latest move that the map was told of. */
  lastAnnounced: number;
  /** The claim of the latest move that had one. */
  holdId: number | null;
  fence: number;
  moves: number;
}

/** What one commit changed, before and after. */
export interface Batch {
  moves: MoveRow[];
  holds: { before: HoldRecord | undefined; after: HoldRecord }[];
  orders: { before: OrderRow | undefined; after: OrderRow }[];
  /** Seats that anything in the commit was about. */
  seatIds: Set<number>;
  commandIds: string[];
  /** Facts about orders on their way to the bus. */
  messages: { orderId: number; type: string }[];
  /** Requests of the queue as they were written, in order. */
  requests: RequestRecord[];
  /** How far lanes of the queue were claimed. */
  claims: { event_id: number; lane: string; through: number }[];
  /** Places of waiting rooms as they were written, in order. */
  places: PlaceRow[];
  heads: { event_id: number; head_json: string }[];
  /** Entries of waitlists as they were written, in order. */
  entries: EntryRecord[];
  payments: { before: PaymentRow | undefined; after: PaymentRow }[];
  /** Notices of the provider that were noted as taken. */
  notices: string[];
}

/** Rows to be read anew after a commit. */
interface Touched {
  holds: Set<number>;
  orders: Set<number>;
  payments: Set<string>;
}

/**
 * The ledger as its committed rows say, kept up to date commit by commit: rows as they stand in the tables, and each
 * seat as the log of moves alone would have it. Nothing in it comes from the memory of a process.
 */
export class Committed {
  readonly seats = new Map<number, ReplayedSeat>();
  readonly holds = new Map<number, HoldRecord>();
  /** HELD and PAYING, by seat. */
  readonly liveBySeat = new Map<number, Set<number>>();
  readonly sales = new Map<number, SaleRow>();
  readonly orders = new Map<number, OrderRow>();
  readonly payments = new Map<string, PaymentRow>();
  readonly commands = new Map<string, string>();
  readonly moves: MoveRow[] = [];
  /** Grows with each commit. */
  version = 0;
  readonly #engine: SqliteEngine;

  constructor(engine: SqliteEngine) {
    this.#engine = engine;
  }

  apply(runs: readonly WriteRun[]): Batch {
    this.version++;
    const batch: Batch = {
      moves: [],
      holds: [],
      orders: [],
      seatIds: new Set(),
      commandIds: [],
      messages: [],
      requests: [],
      claims: [],
      places: [],
      heads: [],
      entries: [],
      payments: [],
      notices: [],
    };
    const touched: Touched = { holds: new Set(), orders: new Set(), payments: new Set() };
    for (const { kind, rows } of runs) {
      for (const row of rows) this.#take(kind, row, batch, touched);
    }
    for (const holdId of touched.holds) this.#readHold(holdId, batch);
    for (const orderId of touched.orders) this.#readOrder(orderId, batch);
    for (const attemptId of touched.payments) this.#readPayment(attemptId, batch);
    for (const seatId of batch.seatIds) this.#readSale(seatId);
    return batch;
  }

  #take(
    { write, table, columns }: WriteRun['kind'],
    row: WriteRun['rows'][number],
    batch: Batch,
    touched: Touched,
  ): void {
    const names = Object.keys(columns);
    const value = (column: string) => row[names.indexOf(column)] as number;
    switch (`${write === 'delete' ? 'delete' : 'insert'} ${table}`) {
      case 'insert seat':
        this.#addSeat(value('seat_id'), value('event_id'), value('blocked') === 1);
        return;
      case 'insert seat_move':
        batch.moves.push(objectOf<MoveRow>(names, row));
        batch.seatIds.add(value('seat_id'));
        // Its row may have been changed by a statement of its own, which is not among the runs.
        if (value('hold_id') !== null) touched.holds.add(value('hold_id'));
        return;
      case 'insert hold':
        touched.holds.add(value('hold_id'));
        batch.seatIds.add(value('seat_id'));
        return;
      case 'insert waitlist_entry':
        batch.entries.push(objectOf<EntryRecord>(names, row));
        return;
      case 'insert sale':
        batch.seatIds.add(value('seat_id'));
        return;
      case 'delete sale':
        batch.seatIds.add(value('seat_id'));
        return;
      case 'insert orders':
        touched.orders.add(value('order_id'));
        return;
      case 'insert payment':
        touched.payments.add(String(value('attempt_id')));
        return;
      case 'insert payment_notice':
        batch.notices.push(String(value('notice_id')));
        return;
      case 'insert outbox':
        batch.messages.push(JSON.parse(String(value('body_json'))) as Batch['messages'][number]);
        return;
      case 'insert seat_request':
        batch.requests.push(objectOf<RequestRecord>(names, row));
        return;
      case 'insert waiting_place':
        batch.places.push(objectOf<PlaceRow>(names, row));
        return;
      case 'insert waiting_room':
        batch.heads.push(objectOf<Batch['heads'][number]>(names, row));
        return;
      case 'insert seat_request_claim':
        batch.claims.push(objectOf<Batch['claims'][number]>(names, row));
        return;
      case 'insert dead_letter':
        throw new Violation(30, `${value('consumer')} gave up a message: ${value('reason')}`);
      case 'insert command': {
        const id = String(value('command_id'));
        this.commands.set(id, String(value('body_hash')));
        batch.commandIds.push(id);
      }
    }
  }

  #addSeat(seatId: number, eventId: number, blocked: boolean): void {
    this.seats.set(seatId, {
      seatId,
      eventId,
      state: blocked ? 'BLOCKED' : 'AVAILABLE',
      blockedAtFirst: blocked,
      lastNumber: 0,
      lastAt: 0,
      lastAnnounced: 0,
      holdId: null,
      fence: 0,
      moves: 0,
    });
  }

  #readHold(holdId: number, batch: Batch): void {
    const [after] = this.#engine.query<HoldRecord>('SELECT * FROM hold WHERE hold_id = ?', [holdId]);
    if (!after) return;
    batch.holds.push({ before: this.holds.get(holdId), after });
    this.holds.set(holdId, after);
    const live = this.liveBySeat.get(after.seat_id) ?? new Set();
    this.liveBySeat.set(after.seat_id, live);
    if (after.state === 'HELD' || after.state === 'PAYING') live.add(holdId);
    else live.delete(holdId);
  }

  #readOrder(orderId: number, batch: Batch): void {
    const [after] = this.#engine.query<OrderRow>('SELECT * FROM orders WHERE order_id = ?', [orderId]);
    if (!after) return;
    batch.orders.push({ before: this.orders.get(orderId), after });
    this.orders.set(orderId, after);
  }

  #readPayment(attemptId: string, batch: Batch): void {
    const [after] = this.#engine.query<PaymentRow>(
      'SELECT attempt_id, order_id, state FROM payment WHERE attempt_id = ?',
      [attemptId],
    );
    if (!after) return;
    batch.payments.push({ before: this.payments.get(attemptId), after });
    this.payments.set(attemptId, after);
  }

  #readSale(seatId: number): void {
    const [row] = this.#engine.query<SaleRow>('SELECT * FROM sale WHERE seat_id = ?', [seatId]);
    if (row) this.sales.set(seatId, row);
    else this.sales.delete(seatId);
  }
}

export function seatsOf(order: OrderRow): number[] {
  return (JSON.parse(order.seats_json) as { seatId: number }[]).map(({ seatId }) => seatId);
}

export function attemptOf(order: OrderRow): string {
  return order.attempt_json === null
    ? ''
    : (JSON.parse(order.attempt_json) as { attemptId: string }).attemptId;
}

/** What went back of an order's money while its seats stayed sold, or is on its way. */
export function partsOf(order: OrderRow | undefined): OrderRefund[] {
  return JSON.parse(order?.refunds_json ?? '[]') as OrderRefund[];
}

function objectOf<T>(columns: readonly string[], row: readonly unknown[]): T {
  return Object.fromEntries(columns.map((column, index) => [column, row[index]])) as T;
}
