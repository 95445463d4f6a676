import { Unavailable } from '../../core/unavailable.ts';
import type { SqlConnection } from './database.ts';
import { sale } from './migrations/0001-sale.ts';

/** In the order in which they are applied; their place in the list is the version they lead to. Only ever appended. */
const MIGRATIONS: readonly (readonly string[])[] = [sale];

/** Brings the ledger to this program's version. Throws when it is already beyond it. */
export async function migrate(connection: SqlConnection): Promise<void> {
  await connection.transact([
    { sql: 'CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL PRIMARY KEY)', rows: [[]] },
  ]);
  const [row] = await connection.query<{ version: number | null }>(
    'SELECT max(version) AS version FROM schema_version',
    [],
  );
  const current = row?.version ?? 0;
  if (current > MIGRATIONS.length) {
    throw new Unavailable(
      `the data is of version ${current}, newer than this program, which knows ${MIGRATIONS.length}: start the newer program, or another DATA_DIR`,
    );
  }
  for (let version = current + 1; version <= MIGRATIONS.length; version++) {
    const statements = MIGRATIONS[version - 1] as readonly string[];
    await connection.transact([
      ...statements.map((sql) => ({ sql, rows: [[]] })),
      { sql: 'INSERT INTO schema_version (version) VALUES (?)', rows: [[version]] },
    ]);
  }
}
