import type { SqlConnection } from '../../src/adapters/sql/database.ts';
import { directConnection } from '../../src/adapters/sql/sqlite/direct-connection.ts';
import { SqliteEngine } from '../../src/adapters/sql/sqlite/engine.ts';

/**
 * SQLite in memory and in this thread, for tests that want no file and no worker. Answers come a turn later, as they
 * do from a thread. The data lives as long as the connection.
 */
export function memoryConnection(): SqlConnection {
  const direct = directConnection(new SqliteEngine({ file: ':memory:' }));
  const later = async <T>(act: () => Promise<T>): Promise<T> => {
    await new Promise(setImmediate);
    return act();
  };
  return {
    dialect: direct.dialect,
    transact: (runs) => later(() => direct.transact(runs)),
    query: (sql, params) => later(() => direct.query(sql, params)),
    raise: (counter, by) => later(() => direct.raise(counter, by)),
    transaction: (run) => later(() => direct.transaction(run)),
    lock: direct.lock,
    close: () => later(() => direct.close()),
  };
}
