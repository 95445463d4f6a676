import { Unavailable } from '../../../core/unavailable.ts';
import { type MarkNeeds, markedCommits } from '../commits/commit-marks.ts';
import type { SqlConnection } from '../database.ts';
import { migrate, SCHEMA_VERSION, schemaVersion } from '../migrate.ts';
import { mysqlConnection } from '../mysql/connection.ts';
import { mysqlServer } from '../mysql/server.ts';
import { postgresConnection } from '../postgres/connection.ts';
import { mustSuit } from '../postgres/server.ts';
import { exclusiveLedger } from './exclusive-ledger.ts';
import type { ServerOptions } from './server-options.ts';

/** A ledger on a server, as DATABASE_URL describes it. */
export interface ServerLedger extends ServerOptions {
  /** MySQL is MariaDB too: which of them it is, the server says. */
  dialect: 'postgres' | 'mysql';
}

/** A change of a large table takes its time. */
const MIGRATION_MILLIS = 3_600_000;

/**
 * Connects to a server, and checks that it is one this program can keep its ledger on: reachable, new enough, taking
 * writes, with tables of this version. Throws Unavailable with one sentence that names the remedy.
 */
async function openServer(
  ledger: ServerLedger,
  use: 'primary' | 'replica' = 'primary',
): Promise<SqlConnection> {
  const connection = await connected(ledger, use);
  try {
    const version = await versionOf(connection);
    if (version < SCHEMA_VERSION)
      throw new Unavailable(
        `the tables are of version ${version} and this program needs ${SCHEMA_VERSION}: run \`onrush migrate\``,
      );
    return connection;
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/**
 * A ledger that this node alone writes, since it decides on state in its own memory: commits are definite, and another
 * node is refused.
 */
export async function openSoleLedger(ledger: ServerLedger, needs: MarkNeeds): Promise<SqlConnection> {
  const shared = await openSharedLedger(ledger, needs);
  try {
    const { connection, release } = await exclusiveLedger(shared, needs);
    return {
      ...connection,
      async close() {
        await release();
        await connection.close();
      },
    };
  } catch (error) {
    await shared.close();
    throw error;
  }
}

/** A ledger that many nodes write, since another authority than their memory keeps them apart. Commits are definite. */
export async function openSharedLedger(ledger: ServerLedger, needs: MarkNeeds): Promise<SqlConnection> {
  return markedCommits(await openServer(ledger), needs);
}

/** Brings the tables to this program's version. Safe while other nodes do the same. */
export async function migrateServer(ledger: ServerLedger): Promise<{ from: number; to: number }> {
  const connection = await connected({ ...ledger, poolSize: 3, statementTimeoutMillis: MIGRATION_MILLIS });
  try {
    return await migrate(connection);
  } finally {
    await connection.close();
  }
}

/** Reads only, from a server that may be a replica and lag behind: for what the catalogue shows, and nothing else. */
export async function openReplica(ledger: ServerLedger): Promise<Pick<SqlConnection, 'query' | 'close'>> {
  try {
    const { query, close } = await connected(ledger, 'replica');
    return { query, close };
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    const message = error.message.replaceAll('DATABASE_URL', 'DATABASE_REPLICA_URL');
    throw new Unavailable(message, { cause: error });
  }
}

/** Reads only, from a server or its replica whose tables must be of this version: for `onrush verify`. */
export async function openToLookAt(
  ledger: ServerLedger,
): Promise<Pick<SqlConnection, 'query' | 'close' | 'dialect'>> {
  const { query, close, dialect } = await openServer(ledger, 'replica');
  return { query, close, dialect };
}

/** Of who answers strangely, or not at all: it may be another kind of server. */
const STRANGE = /in use|in time|broke|closed the connection|^PostgreSQL: |^the database: /;

async function connected(
  ledger: ServerLedger,
  use: 'primary' | 'replica' = 'primary',
): Promise<SqlConnection> {
  try {
    return await suitable(ledger, use);
  } catch (error) {
    if (
      !(error instanceof Unavailable) ||
      error.message.includes('DATABASE_') ||
      !STRANGE.test(error.message)
    )
      throw error;
    const kind = ledger.dialect === 'postgres' ? 'PostgreSQL' : 'MySQL or MariaDB';
    const place = `${ledger.host}:${ledger.port}`;
    const hint = `look at DATABASE_URL, is it ${kind} that listens on ${place}?`;
    throw new Unavailable(`${error.message.replace(/\.$/, '')}; ${hint}`, { cause: error });
  }
}

async function suitable(ledger: ServerLedger, use: 'primary' | 'replica'): Promise<SqlConnection> {
  if (ledger.dialect === 'mysql') return mysqlConnection(ledger, await mysqlServer(ledger, use));
  const connection = postgresConnection(ledger);
  try {
    await mustSuit(connection, ledger, use);
    return connection;
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/** 0 where there are no tables at all. */
async function versionOf(connection: SqlConnection): Promise<number> {
  try {
    return await schemaVersion(connection);
  } catch (error) {
    if (error instanceof Unavailable && /onrush migrate/.test(error.message)) return 0;
    throw error;
  }
}
