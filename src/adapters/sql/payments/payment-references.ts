import type { ProviderReferences } from '../../../payment/ports/provider-references.ts';
import type { Database } from '../database.ts';
import type { WriteKind } from '../write-kind.ts';

/** The first reference of an attempt stays. */
const KEEP: WriteKind = {
  write: 'upsert',
  table: 'payment_reference',
  columns: { provider: 'text', attempt_id: 'text', reference: 'text', order_id: 'int' },
  key: ['provider', 'attempt_id'],
  update: {},
};

export function sqlPaymentReferences(database: Database): ProviderReferences {
  const referenceOf = async (provider: string, attemptId: string) => {
    const [row] = await database.query<{ reference: string }>(
      'SELECT reference FROM payment_reference WHERE provider = ? AND attempt_id = ?',
      [provider, attemptId],
    );
    return row?.reference;
  };
  return {
    async keep(provider, { attemptId, orderId }, reference) {
      await database.commit([{ kind: KEEP, row: [provider, attemptId, reference, orderId] }]);
      return (await referenceOf(provider, attemptId)) ?? reference;
    },
    referenceOf,
    async attemptOf(provider, reference) {
      // Attempt ids are ULIDs, so the greatest is the latest.
      const [row] = await database.query<{ attempt_id: string; order_id: number }>(
        `SELECT attempt_id, order_id FROM payment_reference WHERE provider = ? AND reference = ?
          ORDER BY attempt_id DESC LIMIT 1`,
        [provider, reference],
      );
      return row && { attemptId: row.attempt_id, orderId: row.order_id };
    },
  };
}
