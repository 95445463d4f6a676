import { Unavailable } from '../../../core/unavailable.ts';
import type { SqlConnection } from '../database.ts';
import type { ServerOptions } from '../ledger/server-options.ts';

const OLDEST = 15;

const FACTS = `SELECT current_setting('server_version_num') AS version, current_setting('server_encoding') AS encoding,
  CASE WHEN pg_is_in_recovery() THEN 1 ELSE 0 END AS standby`;

/** Throws Unavailable when the server is not one to keep a ledger on, or to read it from. */
export async function mustSuit(
  connection: SqlConnection,
  { host, database }: Pick<ServerOptions, 'host' | 'database'>,
  use: 'primary' | 'replica',
): Promise<void> {
  const [facts] = await connection.query<{ version: string; encoding: string; standby: number }>(FACTS);
  const major = Math.floor(Number(facts?.version) / 10_000);
  if (major < OLDEST)
    throw new Unavailable(`PostgreSQL ${major} at ${host} is too old: use version ${OLDEST} or newer`);
  if (facts?.encoding !== 'UTF8') {
    throw new Unavailable(
      `the database ${database} keeps text as ${facts?.encoding}: make one with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0`,
    );
  }
  if (facts.standby === 1 && use === 'primary')
    throw new Unavailable(`${host} takes no writes: it is a standby, so name the primary in DATABASE_URL`);
}
