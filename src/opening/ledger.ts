import type { DataFolder } from '../adapters/embedded/data-folder.ts';
import type { SqlConnection } from '../adapters/sql/database.ts';
import type { ServerLedger } from '../adapters/sql/ledger/open-server.ts';
import { migrate } from '../adapters/sql/migrate.ts';
import { sqliteConnection } from '../adapters/sql/sqlite/connection.ts';
import type { Config } from '../config.ts';
import type { Clock } from '../core/clock.ts';
import type { Random } from '../core/random.ts';

export interface OpenedLedger {
  connection: SqlConnection;
  /** A copy to read halls from. */
  replica: Pick<SqlConnection, 'query'> | undefined;
  close(): Promise<void>;
}

interface LedgerNeeds {
  folder: DataFolder;
  clock: Clock;
  random: Random;
}

/**
 * The ledger that the configuration names, with tables of this version: a file in the data folder, or a database on a
 * server. Where claims are decided in this process' memory, no other process may write to it. Throws Unavailable with a
 * sentence for the operator.
 */
export async function openLedger(config: Config, needs: LedgerNeeds): Promise<OpenedLedger> {
  const { ledger, redis } = config.backEnds;
  if (!ledger) return openFile(needs.folder);
  const server = serverOf(ledger);
  // Drivers are loaded where they are used: a sale on a file shall not carry them in its memory.
  const { migrateServer, openReplica, openSharedLedger, openSoleLedger } = await import(
    '../adapters/sql/ledger/open-server.ts'
  );
  await migrateServer(server);
  const marks = { newId: () => needs.random.hex(16), now: () => needs.clock.now() };
  const connection = await (redis ? openSharedLedger(server, marks) : openSoleLedger(server, marks));
  try {
    const replica = ledger.replica && (await openReplica({ ...server, ...ledger.replica }));
    return {
      connection,
      replica,
      async close() {
        await replica?.close();
        await connection.close();
      },
    };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

async function openFile(folder: DataFolder): Promise<OpenedLedger> {
  const connection = sqliteConnection(folder.ledgerFile);
  try {
    await migrate(connection);
    return { connection, replica: undefined, close: () => connection.close() };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/** The settings of a ledger on a server, as its adapter takes them. */
export function serverOf(ledger: NonNullable<Config['backEnds']['ledger']>): ServerLedger {
  const { dialect, host, port, user, password, database, tls, poolSize, timeoutMillis, connectMillis } =
    ledger;
  return {
    dialect,
    host,
    port,
    user,
    password,
    database,
    poolSize,
    statementTimeoutMillis: timeoutMillis,
    connectTimeoutMillis: connectMillis,
    ...(tls && {
      tls: { rejectUnauthorized: !tls.anyCertificate, ...(tls.ca !== undefined && { ca: tls.ca }) },
    }),
  };
}
