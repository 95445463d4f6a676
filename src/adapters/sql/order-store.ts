import type {
  Order,
  OrderContact,
  OrderedSeat,
  OrderRefund,
  OrderState,
  PaymentAttempt,
} from '../../order/order.ts';
import type { OrderMessage, OrderStore } from '../../order/ports/order-store.ts';
import { commandWrite } from './command-log.ts';
import type { Database, Row, Write } from './database.ts';
import { outboxWrite } from './outbox.ts';
import type { WriteKind } from './write-kind.ts';

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
  },
  key: ['order_id'],
  update: {
    state: 'replace',
    revision: 'replace',
    seats_json: 'replace',
    attempt_json: 'replace',
    due_at: 'replace',
    confirmed_at: 'replace',
    ended_at: 'replace',
    refunded: 'replace',
    reason: 'replace',
    refunds_json: 'replace',
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
}

/**
 * Orders in SQL. `remembered` is how many of them are kept in memory, so that paying does not read what was just
 * written; the oldest are forgotten. It must be 0 where several nodes write.
 */
export function sqlOrderStore(
  database: Database,
  { remembered = 20_000 }: { remembered?: number } = {},
): OrderStore {
  const latest = new Map<number, { order: Order; lineage: number }>();

  const recall = (orderId: number) => {
    const kept = latest.get(orderId);
    return kept?.lineage === database.lineage ? kept.order : undefined;
  };

  const remember = (order: Order) => {
    if ((recall(order.orderId)?.revision ?? 0) > order.revision) return;
    latest.delete(order.orderId);
    latest.set(order.orderId, { order, lineage: database.lineage });
    if (latest.size > remembered) latest.delete(latest.keys().next().value as number);
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
    answered: (record) => database.commit([commandWrite(record)]),
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
    order.contact && JSON.stringify(order.contact),
    order.refunds.length > 0 ? JSON.stringify(order.refunds) : null,
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
  };
}
