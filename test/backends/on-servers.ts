import { randomUUID } from 'node:crypto';
import type { SqlConnection } from '../../src/adapters/sql/database.ts';
import {
  migrateServer,
  openSoleLedger,
  type ServerLedger,
} from '../../src/adapters/sql/ledger/open-server.ts';
import type { Backend } from './backend.ts';
import { running } from './running.ts';
import type { DatabaseServer } from './servers/database-server.ts';
import { mariadbAbsent, mariadbServer } from './servers/mariadb.ts';
import { postgresAbsent, postgresServer } from './servers/postgres.ts';

/** Servers of this process: each is started once, and everybody gets a database of his own in it. */
const servers = new Map<string, Promise<DatabaseServer>>();

export type OnServer = 'postgres' | 'mariadb';

export const onServer: Record<
  OnServer,
  { absent(): string | undefined; started(): Promise<DatabaseServer> }
> = {
  postgres: { absent: postgresAbsent, started: () => startedOnce('postgres', postgresServer) },
  mariadb: { absent: mariadbAbsent, started: () => startedOnce('mariadb', mariadbServer) },
};

export const postgres = backendOn('postgres');
export const mariadb = backendOn('mariadb');

/** To be called when the tests of a process are over. */
export async function stopServers(): Promise<void> {
  const started = await Promise.allSettled(servers.values());
  servers.clear();
  await Promise.all(started.map((each) => each.status === 'fulfilled' && each.value.stop()));
}

/** An empty database; the result opens it, again and again. */
export async function databaseOn(name: OnServer): Promise<() => SqlConnection> {
  const server = await onServer[name].started();
  const options = await server.database();
  return () => server.connect(options);
}

function startedOnce(name: OnServer, start: () => Promise<DatabaseServer>): Promise<DatabaseServer> {
  const server = servers.get(name) ?? start();
  servers.set(name, server);
  return server;
}

const needs = { newId: () => randomUUID(), now: () => Date.now() };

/** The seat store in process, as on SQLite, and the ledger on a server. */
function backendOn(name: OnServer): Backend {
  return {
    name,
    claimsAre: 'in the program',
    absent: onServer[name].absent,
    async start() {
      const server = await onServer[name].started();
      const options = await server.database();
      const ledger: ServerLedger = { ...options, dialect: name === 'postgres' ? 'postgres' : 'mysql' };
      await migrateServer(ledger);
      return running(() => openSoleLedger(ledger, needs), { afterStop: () => undefined });
    },
  };
}
