import type { Millis } from '../../core/clock.ts';
import type { SqlConnection } from './database.ts';

/**
 * The latest moment that a decision in the ledger was taken at: the high-water mark below which the clock must not
 * start, or a wall clock set back would give lapsed holds a second life.
 */
export async function latestTime(connection: SqlConnection): Promise<Millis> {
  const [row] = await connection.query<{ at: number | null }>(
    `SELECT max(at) AS at FROM (
      SELECT max(held_at) AS at FROM hold
      UNION ALL SELECT max(created_at) FROM orders
      UNION ALL SELECT max(created_at) FROM event
      UNION ALL SELECT max(sold_at) FROM sale)`,
    [],
  );
  return row?.at ?? 0;
}
