import { Turns } from '../../../core/turns.ts';
import type { SqlConnection } from '../database.ts';
import { sqliteDialect } from './dialect.ts';
import type { SqliteEngine } from './engine.ts';
import { interactive } from './interactive.ts';
import { prepared } from './prepared-run.ts';
import { processLocks } from './process-locks.ts';

/** An engine in this thread as a connection. It blocks while the engine works: for data in memory. */
export function directConnection(engine: SqliteEngine): SqlConnection {
  const turns = new Turns<'engine'>();
  const alone = <R>(task: () => R | Promise<R>) => turns.take('engine', async () => task());
  return {
    dialect: sqliteDialect,
    transact: (runs) => alone(() => engine.transact(prepared(runs))),
    query: (sql, params = []) => alone(() => engine.query(sql, params)),
    raise: (counter, by) => alone(() => engine.raise(counter, by)),
    lock: processLocks(),
    transaction: (run) => alone(() => interactive(engine, run)),
    close: () => alone(() => engine.close()),
  };
}
