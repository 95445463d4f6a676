import { join } from 'node:path';
import { directConnection } from '../../src/adapters/sql/sqlite/direct-connection.ts';
import { SqliteEngine } from '../../src/adapters/sql/sqlite/engine.ts';
import { audit } from '../../src/proof/verify/audit.ts';

/** What `onrush verify` finds in a data folder at rest: a sentence for each broken promise, and how much it read. */
export async function audited(dataDir: string) {
  const connection = directConnection(new SqliteEngine({ file: join(dataDir, 'onrush.db'), readOnly: true }));
  try {
    const found = await audit({ read: connection.query, now: Date.now, pause: async () => undefined });
    const faults = found.findings.map(({ invariant, sentence }) => `invariant ${invariant}: ${sentence}`);
    const halfway = await connection.query<{ order_id: number; state: string }>(
      "SELECT order_id, state FROM orders WHERE state NOT IN ('PENDING', 'CONFIRMED', 'CANCELLED', 'FAILED')",
    );
    for (const order of halfway) faults.push(`order ${order.order_id} was left in ${order.state}`);
    return { faults, ...found.counts };
  } finally {
    await connection.close();
  }
}
