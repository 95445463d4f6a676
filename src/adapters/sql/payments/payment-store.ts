import type { Entry, EntryKind } from '../../../payment/book.ts';
import { type Payment, type PaymentState, RANK } from '../../../payment/payment.ts';
import type { PaymentStore } from '../../../payment/ports/payment-store.ts';
import { along } from '../along.ts';
import type { Database, Write } from '../database.ts';
import { gatheredReads } from '../gathered-reads.ts';
import type { WriteKind } from '../write-kind.ts';

const PUT_PAYMENT: WriteKind = {
  write: 'upsert',
  table: 'payment',
  columns: {
    attempt_id: 'text',
    order_id: 'int',
    amount: 'int',
    currency: 'text',
    state: 'text',
    state_rank: 'int',
    provider: 'text',
    updated_at: 'int',
  },
  key: ['attempt_id'],
  update: { state: 'replace', state_rank: 'replace', updated_at: 'replace' },
  // News that come late or twice change nothing.
  guard: { state_rank: 'grows' },
};

/** A plain insert: two nodes that append to one chain, or do one thing twice, cannot both be first. */
const ADD_ENTRY: WriteKind = {
  write: 'insert',
  table: 'money_entry',
  columns: {
    order_id: 'int',
    number: 'int',
    kind: 'text',
    source: 'text',
    debit: 'text',
    credit: 'text',
    amount: 'int',
    currency: 'text',
    at: 'int',
    previous_hash: 'text',
    hash: 'text',
  },
};

interface PaymentRecord {
  attempt_id: string;
  order_id: number;
  amount: number;
  currency: string;
  state: string;
  provider: string;
  updated_at: number;
}

interface EntryRecord {
  order_id: number;
  number: number;
  kind: string;
  source: string;
  debit: string;
  credit: string;
  amount: number;
  currency: string;
  at: number;
  previous_hash: string;
  hash: string;
}

export function sqlPaymentStore(database: Database): PaymentStore {
  const paymentsOf = gatheredReads<PaymentRecord>(database, {
    select: 'SELECT * FROM payment WHERE order_id',
    keyOf: ({ order_id }) => order_id,
  });
  const chainOf = gatheredReads<EntryRecord>(database, {
    select: 'SELECT * FROM money_entry WHERE order_id',
    orderBy: 'number',
    keyOf: ({ order_id }) => order_id,
  });
  return {
    record: (payment, entries = []) => database.commit(writesOf(payment, entries)),
    along: (payment, entries) => along(writesOf(payment, entries)),
    async ofOrder(orderId) {
      return (await paymentsOf(orderId)).map(paymentOf);
    },
    async chain(orderId) {
      return (await chainOf(orderId)).map(entryOf);
    },
    async changed({ from, to, after }, limit) {
      const { updatedAt = from - 1, attemptId = '' } = after ?? {};
      const rows = await database.query<PaymentRecord>(
        `SELECT * FROM payment WHERE updated_at >= ? AND updated_at < ?
          AND (updated_at > ? OR (updated_at = ? AND attempt_id > ?))
          ORDER BY updated_at, attempt_id LIMIT ?`,
        [from, to, updatedAt, updatedAt, attemptId, limit],
      );
      return rows.map(paymentOf);
    },
  };
}

function writesOf(payment: Payment, entries: readonly Entry[]): Write[] {
  return [paymentWrite(payment), ...entries.map(entryWrite)];
}

function paymentWrite(payment: Payment): Write {
  const { attemptId, orderId, amount, currency, state, provider, updatedAt } = payment;
  const row = [attemptId, orderId, amount, currency, state, RANK[state], provider, updatedAt];
  return { kind: PUT_PAYMENT, row };
}

function entryWrite(entry: Entry): Write {
  const { orderId, number, kind, source, debit, credit, amount, currency, at, previousHash, hash } = entry;
  const row = [orderId, number, kind, source, debit, credit, amount, currency, at, previousHash, hash];
  return { kind: ADD_ENTRY, row };
}

function paymentOf(row: PaymentRecord): Payment {
  return {
    attemptId: row.attempt_id,
    orderId: row.order_id,
    amount: row.amount,
    currency: row.currency,
    state: row.state as PaymentState,
    provider: row.provider,
    updatedAt: row.updated_at,
  };
}

function entryOf(row: EntryRecord): Entry {
  return {
    orderId: row.order_id,
    number: row.number,
    kind: row.kind as EntryKind,
    source: row.source,
    debit: row.debit,
    credit: row.credit,
    amount: row.amount,
    currency: row.currency,
    at: row.at,
    previousHash: row.previous_hash,
    hash: row.hash,
  };
}
