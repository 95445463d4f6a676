import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SqlConnection } from '../../src/adapters/sql/database.ts';
import { migrate } from '../../src/adapters/sql/migrate.ts';
import { sqliteConnection } from '../../src/adapters/sql/sqlite/connection.ts';
import { memoryConnection } from './memory-connection.ts';
import { type OnServer, onServer } from './on-servers.ts';
import { simulatedConnection } from './simulated-connection.ts';

/** A SQL ledger by itself, with its tables and nothing else. */
export interface SqlLedger {
  readonly name: string;
  /** Whether a second process can open it. */
  readonly manyNodes: boolean;
  absent(): string | undefined;
  start(): Promise<{ connection: SqlConnection; another(): SqlConnection; stop(): Promise<void> }>;
}

export const SQL_LEDGERS: readonly SqlLedger[] = [
  {
    name: 'sqlite',
    manyNodes: false,
    absent: () => undefined,
    async start() {
      const folder = mkdtempSync(join(tmpdir(), 'onrush-ledger-'));
      const connection = sqliteConnection(join(folder, 'onrush.db'));
      await migrate(connection);
      return {
        connection,
        another: () => connection,
        async stop() {
          await connection.close();
          rmSync(folder, { recursive: true });
        },
      };
    },
  },
  inMemory('sqlite in memory', async () => {
    const connection = memoryConnection();
    await migrate(connection);
    return connection;
  }),
  // It is born with its tables.
  inMemory('simulated', async () => simulatedConnection()),
  server('postgres'),
  server('mariadb'),
];

function inMemory(name: string, open: () => Promise<SqlConnection>): SqlLedger {
  return {
    name,
    manyNodes: false,
    absent: () => undefined,
    async start() {
      const connection = await open();
      return { connection, another: () => connection, stop: () => connection.close() };
    },
  };
}

function server(name: OnServer): SqlLedger {
  const { absent, started } = onServer[name];
  return {
    name,
    manyNodes: true,
    absent,
    async start() {
      const running = await started();
      const options = await running.database();
      const connections: SqlConnection[] = [];
      const another = () => {
        const connection = running.connect(options);
        connections.push(connection);
        return connection;
      };
      const connection = another();
      await migrate(connection);
      return {
        connection,
        another,
        async stop() {
          await Promise.all(connections.map((each) => each.close()));
        },
      };
    },
  };
}
