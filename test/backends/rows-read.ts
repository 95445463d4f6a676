import type { SqlConnection, Transaction, WriteRun } from '../../src/adapters/sql/database.ts';
import { Turns } from '../../src/core/turns.ts';

/** A statement and how many rows and entries of indexes the server went through to answer it. */
export interface Reading {
  readonly sql: string;
  readonly rows: number;
}

/** Steps of SQLite's machine that it takes for a row of ours, about. */
const STEPS_A_ROW = 10;

/** What the server has gone through in this transaction, or session, so far. */
const GONE_THROUGH: Readonly<Record<string, string>> = {
  PostgreSQL: `SELECT sum(pg_stat_get_xact_tuples_returned(oid)) AS read_so_far FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i')`,
  MariaDB: `SELECT sum(variable_value) AS read_so_far FROM information_schema.session_status
    WHERE variable_name LIKE 'HANDLER_READ%'`,
  SQLite: `SELECT sum(nstep) / ${STEPS_A_ROW} AS read_so_far FROM sqlite_stmt WHERE sql NOT LIKE '%sqlite_stmt%'`,
};

/**
 * Notes of every statement what it cost. The statements are asked as they are, so what is counted is what the program gets, and
 * one transaction after the other, so that a pool lends the same connection each time: the one that has kept its plans.
 */
export function countingReads(connection: SqlConnection): { connection: SqlConnection; readings: Reading[] } {
  const readings: Reading[] = [];
  const soFar = async (transaction: Transaction) => {
    const [row] = await transaction.query<{ read_so_far: number | string }>(
      GONE_THROUGH[connection.dialect.name] as string,
    );
    return Number(row?.read_so_far ?? 0);
  };
  const counted = (transaction: Transaction): Transaction => {
    const note = async <R>(sql: string, run: () => Promise<R>): Promise<R> => {
      const before = await soFar(transaction);
      const found = await run();
      readings.push({ sql, rows: (await soFar(transaction)) - before });
      return found;
    };
    return {
      query: (sql, params) => note(sql, () => transaction.query(sql, params)),
      change: (sql, params) => note(sql, () => transaction.change(sql, params)),
      write: (runs) => note(`writes of ${tablesOf(runs)}`, () => transaction.write(runs)),
    };
  };
  const turns = new Turns<'connection'>();
  const transaction = <R>(run: (transaction: Transaction) => Promise<R>): Promise<R> =>
    turns.take('connection', () => connection.transaction((each) => run(counted(each))));
  return {
    readings,
    connection: {
      ...connection,
      transact: (runs) => transaction((each) => each.write(runs)),
      transaction,
      query: (sql, params) => transaction((each) => each.query(sql, params)),
    },
  };
}

function tablesOf(runs: readonly WriteRun[]): string {
  return runs.map(({ kind }) => kind.table).join(', ');
}
