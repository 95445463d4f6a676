import { Unavailable } from '../../../core/unavailable.ts';
import type { Row, SqlConnection, Transaction, WriteRun } from '../database.ts';
import { limitsOf, type ServerOptions } from '../ledger/server-options.ts';
import { inLockOrder } from '../lock-order.ts';
import { retried } from '../retry.ts';
import { batchStatements } from './batch-statement.ts';
import { postgresDialect } from './dialect.ts';
import { PostgresPool, type Session } from './pool.ts';
import { postgresLock } from './session-lock.ts';
import { afterCommit, isPassing } from './trouble.ts';

const RAISE = `INSERT INTO counter (name, value) VALUES ($1, $2::bigint)
  ON CONFLICT (name) DO UPDATE SET value = counter.value + excluded.value RETURNING value`;

/** PostgreSQL over two pools: one writes, one reads. Connects when first used. */
export function postgresConnection(options: ServerOptions): SqlConnection {
  const { readers, writers } = limitsOf(options);
  const writing = new PostgresPool(options, writers);
  const reading = new PostgresPool(options, readers);
  return {
    dialect: postgresDialect,
    transact: (runs) => again(() => writing.with((session) => transact(session, runs))),
    query: (sql, params = []) => again(() => reading.with((session) => query(session, sql, params))),
    async raise(counter, by) {
      const raise = (session: Session) => session.run<{ value: number }>(RAISE, [counter, by]);
      const { rows } = await again(() => writing.with(raise));
      return rows[0]?.value ?? 0;
    },
    transaction: (run) => again(() => writing.with((session) => interactive(session, run))),
    lock: postgresLock(options),
    async close() {
      await Promise.all([reading.close(), writing.close()]);
    },
  };
}

function again<R>(act: () => Promise<R>): Promise<R> {
  return retried(act, isPassing);
}

/** READ COMMITTED, the server's default, is enough: guards look at the row as it is when its lock is had. */
async function transact(session: Session, runs: readonly WriteRun[]): Promise<void> {
  const statements = batchStatements(inLockOrder(runs));
  const [only] = statements;
  if (only && statements.length === 1) {
    await committing(() => session.run(only.text, only.values));
    return;
  }
  await interactive(session, async () => {
    for (const { text, values } of statements) await session.run(text, values);
  });
}

async function interactive<R>(session: Session, run: (transaction: Transaction) => Promise<R>): Promise<R> {
  await session.run('BEGIN');
  let result: R;
  try {
    result = await run(transactionOf(session));
  } catch (error) {
    // Where this fails too the connection is given up, and the server takes the transaction back by itself.
    await session.run('ROLLBACK').catch(() => undefined);
    throw error;
  }
  await committing(() => session.run('COMMIT'));
  return result;
}

function transactionOf(session: Session): Transaction {
  return {
    query: (sql, params = []) => query(session, sql, params),
    change: async (sql, params = []) => (await session.run(numbered(sql), params)).changed,
    async write(runs) {
      for (const { text, values } of batchStatements(inLockOrder(runs))) await session.run(text, values);
    },
  };
}

async function committing(commit: () => Promise<unknown>): Promise<void> {
  try {
    await commit();
  } catch (error) {
    throw error instanceof Unavailable ? afterCommit(error) : error;
  }
}

async function query<R>(session: Session, sql: string, params: Row): Promise<R[]> {
  return (await session.run<R>(numbered(sql), params)).rows;
}

const numberedTexts = new Map<string, string>();

/** Ports write a `?` for each value; PostgreSQL wants them numbered. No statement of ours has a `?` in a literal. */
function numbered(sql: string): string {
  let text = numberedTexts.get(sql);
  if (text === undefined) {
    let place = 0;
    text = sql.replace(/\?/g, () => `$${++place}`);
    if (numberedTexts.size < 1_000) numberedTexts.set(sql, text);
  }
  return text;
}
