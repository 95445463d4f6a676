import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SqlConnection } from '../../src/adapters/sql/database.ts';
import { sqliteConnection } from '../../src/adapters/sql/sqlite/connection.ts';
import type { Announced, Backend, Running } from './backend.ts';
import { withFaults } from './faults.ts';
import { HandClock } from './hand-clock.ts';
import { memoryConnection } from './memory-connection.ts';
import { sqlPorts } from './sql-ports.ts';

/** As a user runs it: a SQLite file with its two threads, and everything else in process. */
export const embedded: Backend = {
  name: 'embedded',
  absent: () => undefined,
  async start() {
    const folder = mkdtempSync(join(tmpdir(), 'onrush-backend-'));
    const open = () => sqliteConnection(join(folder, 'onrush.db'));
    return running(open, { afterStop: () => rmSync(folder, { recursive: true }) });
  },
};

/** The same on SQLite in memory, without threads: quick enough for long random runs. */
export const embeddedInMemory: Backend = {
  name: 'embedded-in-memory',
  absent: () => undefined,
  async start() {
    const connection = memoryConnection();
    // Closing the connection would lose the data, so a reopened program finds the same one.
    const kept = { ...connection, close: async () => undefined };
    return running(() => kept, { afterStop: () => connection.close() });
  },
};

async function running(
  open: () => SqlConnection,
  { afterStop }: { afterStop: () => void | Promise<void> },
): Promise<Running> {
  const clock = new HandClock();
  const start = async () => {
    const real = open();
    const { connection, faults } = withFaults(real);
    const announced: Announced[] = [];
    return { real, faults, announced, ports: await sqlPorts(connection, { clock, announced }) };
  };
  let now = await start();
  const end = async () => {
    await now.ports.settled();
    await now.real.close();
  };
  return {
    clock,
    get ports() {
      return now.ports;
    },
    get faults() {
      return now.faults;
    },
    get announced() {
      return now.announced;
    },
    async reopen() {
      await end();
      now = await start();
    },
    async stop() {
      await end();
      await afterStop();
    },
  };
}
