import type { Order, OrderedSeat, OrderState, PaymentAttempt } from '../../order/order.ts';
import type { OrderMessage, OrderStore } from '../../order/ports/order-store.ts';
import { commandWrite } from './command-log.ts';
import type { Database, Row, Write, WriteKind } from './database.ts';
import { outboxWrite } from './outbox.ts';

const PUT_ORDER: WriteKind = {
  table: 'orders',
  sql: `INSERT INTO orders (order_id, reference, event_id, user_id, state, revision, amount, currency, seats_json,
      attempt_json, deadline, due_at, created_at, confirmed_at, ended_at, refunded, reason)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (order_id) DO UPDATE SET state = excluded.state, revision = excluded.revision,
      seats_json = excluded.seats_json, attempt_json = excluded.attempt_json, due_at = excluded.due_at,
      confirmed_at = excluded.confirmed_at, ended_at = excluded.ended_at, refunded = excluded.refunded,
      reason = excluded.reason
    WHERE orders.revision < excluded.revision`,
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
}

/** Orders that are remembered, so that paying does not read what was just written; the oldest are forgotten. */
const REMEMBERED = 20_000;

/** Orders in SQL, for the one process that writes them. */
export function sqlOrderStore(database: Database): OrderStore {
  const latest = new Map<number, { order: Order; lineage: number }>();

  const recall = (orderId: number) => {
    const remembered = latest.get(orderId);
    return remembered?.lineage === database.lineage ? remembered.order : undefined;
  };

  const remember = (order: Order) => {
    if ((recall(order.orderId)?.revision ?? 0) > order.revision) return;
    latest.delete(order.orderId);
    latest.set(order.orderId, { order, lineage: database.lineage });
    if (latest.size > REMEMBERED) latest.delete(latest.keys().next().value as number);
  };

  const one = async (condition: string, value: string | number): Promise<Order | undefined> => {
    const [row] = await database.query<OrderRecord>(`SELECT * FROM orders WHERE ${condition}`, [value]);
    return row && orderOf(row);
  };

  return {
    async save(order, { message, record } = {}) {
      const writes: Write[] = [{ kind: PUT_ORDER, row: orderRow(order) }];
      if (message) writes.push(messageWrite(message));
      if (record) writes.push(commandWrite(record));
      await database.commit(writes);
      remember(order);
    },
    async find(orderId) {
      return recall(orderId) ?? one('order_id = ?', orderId);
    },
    findByReference: (reference) => one('reference = ?', reference),
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
    async existing(orderIds) {
      const found = new Set<number>();
      for (const orderId of orderIds) if (await one('order_id = ?', orderId)) found.add(orderId);
      return found;
    },
  };
}

function messageWrite(message: OrderMessage): Write {
  const { messageId, eventId, at } = message;
  return outboxWrite({ messageId, topic: 'order.events', key: String(eventId), body: message, at });
}

function orderRow(order: Order): Row {
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
  };
}
