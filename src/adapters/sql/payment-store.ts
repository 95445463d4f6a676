import type { Payment, PaymentState } from '../../payment/payment.ts';
import type { PaymentStore } from '../../payment/ports/payment-store.ts';
import type { Database, WriteKind } from './database.ts';

const PUT_PAYMENT: WriteKind = {
  table: 'payment',
  sql: `INSERT INTO payment (attempt_id, order_id, amount, currency, state, provider, updated_at)
    VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (attempt_id) DO UPDATE SET state = excluded.state, updated_at = excluded.updated_at`,
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

export function sqlPaymentStore(database: Database): PaymentStore {
  return {
    save({ attemptId, orderId, amount, currency, state, provider, updatedAt }) {
      const row = [attemptId, orderId, amount, currency, state, provider, updatedAt];
      return database.commit([{ kind: PUT_PAYMENT, row }]);
    },
    async ofOrder(orderId) {
      const rows = await database.query<PaymentRecord>('SELECT * FROM payment WHERE order_id = ?', [orderId]);
      return rows.map(paymentOf);
    },
  };
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
