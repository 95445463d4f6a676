import type { SqlConnection } from '../../src/adapters/sql/database.ts';
import { migrate } from '../../src/adapters/sql/migrate.ts';

/** A ledger once it has its tables; the simulation's is born with them. */
export async function withTables(connection: SqlConnection): Promise<SqlConnection> {
  await migrate(connection);
  return connection;
}
