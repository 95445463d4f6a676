import type { Database, WriteKind } from './database.ts';

const RAISE: WriteKind = {
  table: 'counter',
  sql: `INSERT INTO counter (name, value) VALUES (?, ?)
    ON CONFLICT (name) DO UPDATE SET value = counter.value + excluded.value`,
};

/**
 * Adds to a counter and returns its new value. Only one process writes to the ledger, and calls for one counter must
 * not overlap: the value is read after the commit.
 */
export async function raiseCounter(database: Database, name: string, by: number): Promise<number> {
  await database.commit([{ kind: RAISE, row: [name, by] }]);
  const [row] = await database.query<{ value: number }>('SELECT value FROM counter WHERE name = ?', [name]);
  return row?.value ?? 0;
}
