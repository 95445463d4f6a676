import { LatestMap } from '../../../core/latest-map.ts';
import type {
  Order,
  OrderContact,
  OrderedSeat,
  OrderRefund,
  OrderState,
  PaymentAttempt,
} from '../../../order/order.ts';
import type { OrderMessage, OrderStore } from '../../../order/ports/order-store.ts';
import { writesAlong } from '../along.ts';
import { commandWrite } from '../command-log.ts';
import type { Database, Row, Write } from '../database.ts';
import { gatheredReads } from '../gathered-reads.ts';
import { outboxWrite } from '../messages/outbox.ts';
import type { WriteKind } from '../write-kind.ts';
import { ownTrace } from './own-trace.ts';

const PUT_ORDER: WriteKind = {
  write: 'upsert',
  table: 'orders',
  columns: {
    order_id: 'int',
    reference: 'text',
    event_id: 'int',
    user_id: 'text',
    state: 'text',
    revision: 'int',
    amount: 'int',
    currency: 'text',
    seats_json: 'text',
    attempt_json: 'text',
    deadline: 'int',
    due_at: 'int',
    created_at: 'int',
    confirmed_at: 'int',
    ended_at: 'int',
    refunded: 'int',
    reason: 'text',
    contact_json: 'text',
    refunds_json: 'text',
    automatic: 'int',
    traceparent: 'text',
  },
  key: ['order_id'],
  update: {
    state: 'replace',
    revision: 'replace',
    seats_json: 'replace',
    attempt_json: 'replace',
    deadline: 'replace',
    due_at: 'replace',
    confirmed_at: 'replace',
    ended_at: 'replace',
    refunded: 'replace',
    reason: 'replace',
    refunds_json: 'replace',
    traceparent: 'replace',
  },
  guard: { revision: 'grows' },
  // Whoever moves an order must know that another node was first.
  mustApply: true,
};

interface OrderRecord {
  order_id: number;
  reference: string;
  event_id: number;
  user_id: string;
  state: string;
  revision: number;
  amount: number;
  currency: string;
  seats_json: string;
  attempt_json: string | null;
  deadline: number;
  due_at: number | null;
  created_at: number;
  confirmed_at: number | null;
  ended_at: number | null;
  refunded: number;
  reason: string | null;
  contact_json: string | null;
  refunds_json: string | null;
  automatic: number;
}

/**
 * Orders in SQL. `remembered` is how many of them are kept in memory, so that paying does not read what was just
 * written; the oldest are forgotten. It must be 0 where several nodes write. `here` is the present place in the trace,
 * which goes with the order and its messages.
 */
export function sqlOrderStore(
  database: Database,
  { remembered = 20_000, here }: { remembered?: number; here?: (() => string | undefined) | undefined } = {},
): OrderStore {
  const latest = new LatestMap<number, { order: Order; lineage: number }>({ most: remembered });

  const recall = (orderId: number) => {
    const kept = latest.get(orderId);
    return kept?.lineage === database.lineage ? kept.order : undefined;
  };

  const remember = (order: Order) => {
    if ((recall(order.orderId)?.revision ?? 0) > order.revision) return;
    latest.set(order.orderId, { order, lineage: database.lineage });
  };

  const read = gatheredReads<OrderRecord>(database, {
    select: 'SELECT * FROM orders WHERE order_id',
    keyOf: ({ order_id }) => order_id,
  });

  return {
    async save(order, { message, record, along } = {}) {
      const traceparent = here?.();
      const writes: Write[] = [{ kind: PUT_ORDER, row: orderRow(order, traceparent) }];
      if (message) writes.push(messageWrite(message, traceparent ?? ownTrace(order, message.messageId)));
      if (record) writes.push(commandWrite(record));
      writes.push(...writesAlong(along));
      await database.commit(writes);
      remember(order);
    },
    answered: (record) => database.commit([commandWrite(record)]),
    async find(orderId) {
      const known = recall(orderId);
      if (known) return known;
      const [row] = await read(orderId);
      return row && orderOf(row);
    },
    async findByReference(reference) {
      const [row] = await database.query<OrderRecord>('SELECT * FROM orders WHERE reference = ?', [
        reference,
      ]);
      return row && orderOf(row);
    },
    async listOf(userId, limit) {
      const rows = await database.query<OrderRecord>(
        'SELECT * FROM orders WHERE user_id = ? ORDER BY order_id DESC LIMIT ?',
        [userId, limit],
      );
      return rows.map(orderOf);
    },
    async due(now, limit) {
      const rows = await database.query<OrderRecord>(
        'SELECT * FROM orders WHERE due_at IS NOT NULL AND due_at <= ? ORDER BY due_at LIMIT ?',
        [now, limit],
      );
      return rows.map(orderOf);
    },
    async openOf(eventId, after, limit) {
      const rows = await database.query<OrderRecord>(
        `SELECT * FROM orders WHERE event_id = ? AND order_id > ? AND state NOT IN ('CANCELLED', 'FAILED')
        ORDER BY order_id LIMIT ?`,
        [eventId, after, limit],
      );
      return rows.map(orderOf);
    },
    async existing(orderIds) {
      const found = await Promise.all(orderIds.map(read));
      return new Set(found.flat().map(({ order_id }) => order_id));
    },
  };
}

function messageWrite(message: OrderMessage, traceparent: string): Write {
  const { messageId, eventId, at } = message;
  return outboxWrite({
    messageId,
    topic: 'order.events',
    key: String(eventId),
    body: message,
    at,
    headers: { traceparent },
  });
}

function orderRow(order: Order, traceparent: string | undefined): Row {
  return [
    order.orderId,
    order.reference,
    order.eventId,
    order.userId,
    order.state,
    order.revision,
    order.amount,
    order.currency,
    JSON.stringify(order.seats),
    order.attempt && JSON.stringify(order.attempt),
    order.deadline,
    order.dueAt,
    order.createdAt,
    order.confirmedAt,
    order.endedAt,
    order.refunded ? 1 : 0,
    order.reason,
    order.contact && JSON.stringify(order.contact),
    order.refunds.length > 0 ? JSON.stringify(order.refunds) : null,
    order.automatic ? 1 : 0,
    traceparent ?? null,
  ];
}

function orderOf(row: OrderRecord): Order {
  return {
    orderId: row.order_id,
    reference: row.reference,
    eventId: row.event_id,
    userId: row.user_id,
    state: row.state as OrderState,
    revision: row.revision,
    amount: row.amount,
    currency: row.currency,
    seats: JSON.parse(row.seats_json) as OrderedSeat[],
    attempt: row.attempt_json === null ? null : (JSON.parse(row.attempt_json) as PaymentAttempt),
    deadline: row.deadline,
    dueAt: row.due_at,
    createdAt: row.created_at,
    confirmedAt: row.confirmed_at,
    endedAt: row.ended_at,
    refunded: row.refunded === 1,
    reason: row.reason,
    contact: row.contact_json === null ? null : (JSON.parse(row.contact_json) as OrderContact),
    refunds: row.refunds_json === null ? [] : (JSON.parse(row.refunds_json) as OrderRefund[]),
    ...(row.automatic === 1 && { automatic: true }),
  };
}
