import { Unavailable } from '../../core/unavailable.ts';
import type { RedisConnection } from './connection/connection.ts';

const KEY = 'ticketing:{ledger}:name';

/**
 * A Redis serves one ledger: claims on it would be sold by another, which knows nothing of the sales of the first.
 * Throws Unavailable when it serves another one.
 */
export async function serveOneLedger(connection: RedisConnection, name: number): Promise<void> {
  await connection.write(KEY, ['SET', KEY, String(name), 'NX']);
  const served = await connection.read<string | null>(KEY, ['GET', KEY]);
  if (served === String(name)) return;
  throw new Unavailable(
    'this Redis serves the sale of another ledger: give this one a Redis of its own in REDIS_URL, or empty that one if its sale is over',
  );
}
