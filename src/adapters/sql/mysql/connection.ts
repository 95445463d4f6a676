import { Unavailable } from '../../../core/unavailable.ts';
import type { SqlConnection, Transaction, WriteRun } from '../database.ts';
import { limitsOf, type ServerOptions } from '../ledger/server-options.ts';
import { inLockOrder } from '../lock-order.ts';
import { retried } from '../retry.ts';
import { mysqlDialect } from './dialect.ts';
import { MysqlPool, type Session } from './pool.ts';
import { packetsOf } from './run-text.ts';
import { mysqlLock } from './session-lock.ts';
import { afterCommit, isPassing } from './trouble.ts';

/** The session remembers what LAST_INSERT_ID was given, so the new value is read without another node between. */
const RAISE = `INSERT INTO counter (name, value) VALUES (?, LAST_INSERT_ID(?))
  ON DUPLICATE KEY UPDATE value = LAST_INSERT_ID(value + ?)`;

/** MySQL or MariaDB over two pools: one writes, one reads. Connects when first used. */
export function mysqlConnection(options: ServerOptions, server: 'MySQL' | 'MariaDB'): SqlConnection {
  const { readers, writers } = limitsOf(options);
  const writing = new MysqlPool(options, writers);
  const reading = new MysqlPool(options, readers);
  return {
    dialect: mysqlDialect(server),
    transact: (runs) => again(() => writing.with((session) => transact(session, runs))),
    query: (sql, params = []) => again(() => reading.with((session) => session.query(sql, params))),
    raise: (counter, by) => again(() => writing.with((session) => raise(session, counter, by))),
    transaction: (run) => again(() => writing.with((session) => interactive(session, run))),
    lock: mysqlLock(options),
    async close() {
      await Promise.all([reading.close(), writing.close()]);
    },
  };
}

function again<R>(act: () => Promise<R>): Promise<R> {
  return retried(act, isPassing);
}

async function raise(session: Session, counter: string, by: number): Promise<number> {
  await session.run(RAISE, [counter, by, by]);
  const [row] = await session.query<{ value: number }>('SELECT LAST_INSERT_ID() AS value');
  return row?.value ?? 0;
}

/** All of it in one packet where it fits, and so in one round trip. */
async function transact(session: Session, runs: readonly WriteRun[]): Promise<void> {
  const packets = packetsOf(inLockOrder(runs));
  if (packets.length > 1) {
    await interactive(session, (transaction) => transaction.write(runs));
    return;
  }
  await committing(() => session.run(['START TRANSACTION', ...packets, 'COMMIT'].join('; ')));
}

/** What fails before the COMMIT was sent is definite: a connection that ends takes its transaction back. */
async function interactive<R>(session: Session, run: (transaction: Transaction) => Promise<R>): Promise<R> {
  await session.run('START TRANSACTION');
  const result = await run(transactionOf(session));
  await committing(() => session.run('COMMIT'));
  return result;
}

async function committing(commit: () => Promise<unknown>): Promise<void> {
  try {
    await commit();
  } catch (error) {
    throw error instanceof Unavailable ? afterCommit(error) : error;
  }
}

function transactionOf(session: Session): Transaction {
  return {
    query: (sql, params = []) => session.query(sql, params),
    change: (sql, params = []) => session.run(sql, params),
    async write(runs) {
      for (const packet of packetsOf(inLockOrder(runs))) await session.run(packet);
    },
  };
}
