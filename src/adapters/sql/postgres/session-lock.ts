import pg from 'pg';
import type { SqlConnection } from '../database.ts';
import { keptLock, SILENCE_SECONDS } from '../ledger/heartbeat.ts';
import type { ServerOptions } from '../ledger/server-options.ts';
import { clientOptions } from './pool.ts';
import { explained } from './trouble.ts';

const LOCK_NOT_AVAILABLE = '55P03';

/** Advisory locks, which are of one database. */
export function postgresLock(options: ServerOptions): SqlConnection['lock'] {
  return async (name, { waitMillis }) => {
    const client = new pg.Client({
      ...clientOptions(options),
      statement_timeout: 0,
      query_timeout: waitMillis + 10_000,
      lock_timeout: Math.max(1, waitMillis),
    });
    client.on('error', () => undefined); // `end` follows, and that is listened to.
    try {
      await client.connect();
      await client.query(`SET idle_session_timeout = '${SILENCE_SECONDS}s'`);
      await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [`onrush ${name}`]);
    } catch (error) {
      await client.end().catch(() => undefined);
      if ((error as { code?: unknown }).code === LOCK_NOT_AVAILABLE) return undefined;
      throw explained(error, options);
    }
    return keptLock({
      beat: () => client.query('SELECT 1'),
      onEnd: (lost) => client.once('end', lost),
      end: () => client.end(),
    });
  };
}
