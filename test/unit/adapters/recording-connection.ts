import type { SqlConnection, WriteRun } from '../../../src/adapters/sql/database.ts';
import { sqliteDialect } from '../../../src/adapters/sql/sqlite/dialect.ts';

/** A connection whose every transaction ends when, and as, the test says. */
export function recordingConnection() {
  const batches: { runs: readonly WriteRun[]; end(error?: Error): void }[] = [];
  const connection: SqlConnection = {
    dialect: sqliteDialect,
    transact: (runs) =>
      new Promise((resolve, reject) => {
        batches.push({ runs, end: (error) => (error ? reject(error) : resolve()) });
      }),
    query: async () => [],
    raise: async () => 1,
    transaction: async () => {
      throw new Error('nothing here needs steps that depend on each other');
    },
    lock: async () => undefined,
    close: async () => undefined,
  };
  return { connection, batches };
}
