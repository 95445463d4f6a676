import type { Millis } from '../../../core/clock.ts';
import type { SqlConnection, Write } from '../database.ts';
import type { WriteKind } from '../write-kind.ts';

const MARK: WriteKind = {
  write: 'upsert',
  table: 'counter',
  columns: { name: 'text', value: 'int' },
  key: ['name'],
  update: { value: 'maximum' },
};

/** Goes into every commit. */
export function timeMark(now: Millis): Write {
  return { kind: MARK, row: ['clock', now] };
}

/**
 * The time of the latest commit: the high-water mark below which the clock must not start, or a wall clock set back
 * would give lapsed holds a second life.
 */
export async function latestTime(connection: SqlConnection): Promise<Millis> {
  const [row] = await connection.query<{ value: number }>("SELECT value FROM counter WHERE name = 'clock'");
  return row?.value ?? 0;
}
