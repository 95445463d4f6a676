import type { Millis } from '../../core/clock.ts';
import type { SqlConnection, Write, WriteKind } from './database.ts';

const MARK: WriteKind = {
  table: 'counter',
  sql: `INSERT INTO counter (name, value) VALUES ('clock', ?)
    ON CONFLICT (name) DO UPDATE SET value = max(counter.value, excluded.value)`,
};

/** Goes into every commit. */
export function timeMark(now: Millis): Write {
  return { kind: MARK, row: [now] };
}

/**
 * The time of the latest commit: the high-water mark below which the clock must not start, or a wall clock set back
 * would give lapsed holds a second life.
 */
export async function latestTime(connection: SqlConnection): Promise<Millis> {
  const [row] = await connection.query<{ value: number }>(
    "SELECT value FROM counter WHERE name = 'clock'",
    [],
  );
  return row?.value ?? 0;
}
