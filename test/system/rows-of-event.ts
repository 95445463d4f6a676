import { join } from 'node:path';
import { directConnection } from '../../src/adapters/sql/sqlite/direct-connection.ts';
import { SqliteEngine } from '../../src/adapters/sql/sqlite/engine.ts';

const TABLES = `SELECT name FROM sqlite_schema WHERE type = 'table'
  AND EXISTS (SELECT 1 FROM pragma_table_info(name) WHERE pragma_table_info.name = 'event_id')`;

/** Every row of the ledger that is about an event, by table; of a program that may be running. */
export async function rowsOfEvent(dataDir: string, eventId: number): Promise<Record<string, unknown[]>> {
  const connection = directConnection(new SqliteEngine({ file: join(dataDir, 'onrush.db'), readOnly: true }));
  try {
    const rows: Record<string, unknown[]> = {};
    for (const { name } of await connection.query<{ name: string }>(TABLES))
      rows[name] = await connection.query(`SELECT * FROM ${name} WHERE event_id = ?`, [eventId]);
    return rows;
  } finally {
    await connection.close();
  }
}
