import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SqlConnection } from '../../src/adapters/sql/database.ts';
import { sqliteConnection } from '../../src/adapters/sql/sqlite/connection.ts';
import type { Backend } from './backend.ts';
import { memoryConnection } from './memory-connection.ts';
import { running } from './running.ts';
import { simulatedConnection } from './simulated-connection.ts';
import { withTables } from './with-tables.ts';

/** As a user runs it: a SQLite file with its two threads, and everything else in process. */
export const embedded: Backend = {
  name: 'embedded',
  claimsAre: 'in the program',
  absent: () => undefined,
  async start() {
    const folder = mkdtempSync(join(tmpdir(), 'onrush-backend-'));
    const open = () => withTables(sqliteConnection(join(folder, 'onrush.db')));
    return running(open, { afterStop: () => rmSync(folder, { recursive: true }) });
  },
};

/** The same on SQLite in memory, without threads: quick enough for long random runs. */
export const embeddedInMemory = keptBy('embedded-in-memory', () => withTables(memoryConnection()));

/** The same on the simulation's ledger. */
export const simulated = keptBy('simulated', async () => simulatedConnection());

function keptBy(name: string, open: () => Promise<SqlConnection>): Backend {
  return {
    name,
    claimsAre: 'in the program',
    absent: () => undefined,
    async start() {
      const connection = await open();
      // Closing the connection would lose the data, so a reopened program finds the same one.
      const kept = { ...connection, close: async () => undefined };
      return running(() => kept, { afterStop: () => connection.close() });
    },
  };
}
