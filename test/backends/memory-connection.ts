import type { SqlConnection } from '../../src/adapters/sql/database.ts';
import { SqliteEngine } from '../../src/adapters/sql/sqlite/engine.ts';

/**
 * SQLite in memory and in this thread, for tests that want no file and no worker. Answers come a turn later, as they
 * do from a thread. The data lives as long as the connection.
 */
export function memoryConnection(): SqlConnection {
  const engine = new SqliteEngine({ file: ':memory:' });
  const later = async <T>(act: () => T): Promise<T> => {
    await new Promise(setImmediate);
    return act();
  };
  return {
    transact: (batch) => later(() => engine.transact(batch)),
    query: (sql, params) => later(() => engine.query(sql, params)),
    close: () => later(() => engine.close()),
  };
}
