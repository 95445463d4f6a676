import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embeddedRequestStore } from '../../src/adapters/embedded/request-store.ts';
import { groupCommitter } from '../../src/adapters/sql/commits/group-committer.ts';
import { independentCommitter } from '../../src/adapters/sql/commits/independent-committer.ts';
import type { SqlConnection } from '../../src/adapters/sql/database.ts';
import { type SqlRequestStore, sqlRequestStore } from '../../src/adapters/sql/request-rows/request-store.ts';
import { sqlRequestLedger } from '../../src/adapters/sql/requests/request-ledger.ts';
import { sqliteConnection } from '../../src/adapters/sql/sqlite/connection.ts';
import type { RequestStore } from '../../src/request-queue/ports/request-store.ts';
import type { Announced, Backend, Running } from './backend.ts';
import { dice } from './dice.ts';
import { withFaults } from './faults.ts';
import { HandClock } from './hand-clock.ts';
import { memoryConnection } from './memory-connection.ts';
import { databaseOn, type OnServer, onServer } from './on-servers.ts';
import { endOf, restarting } from './running.ts';
import { simulatedConnection } from './simulated-connection.ts';
import { REQUEST_LIMITS, STARVATION_BOUND, sqlPorts } from './sql-ports.ts';
import { withTables } from './with-tables.ts';

/** A node that is no more than its part of the queue. */
export interface QueueNode {
  requestStore: SqlRequestStore;
  /** Nothing of it reaches the ledger any more, as of a process that is killed, until it is thawed. */
  freeze(): () => void;
}

export interface QueueRunning extends Running {
  /** Another node on the same ledger, with the same clock. */
  node(): QueueNode;
  /** A process that has the ledger for itself, and keeps the queue in its memory. */
  alone(): { requestStore: RequestStore };
}

export interface QueueInRows extends Backend {
  /** The back end that must be there for it. */
  ledger: string;
  start(): Promise<QueueRunning>;
}

interface Ledger {
  open(): Promise<SqlConnection>;
  stop(): Promise<void>;
}

/** The request queue in rows of every kind of ledger; all other ports are as everywhere. */
export const QUEUES_IN_ROWS: readonly QueueInRows[] = [
  inRows('embedded', () => undefined, onFile),
  inRows(
    'embedded-in-memory',
    () => undefined,
    () => inMemory(withTables(memoryConnection())),
  ),
  inRows(
    'simulated',
    () => undefined,
    () => inMemory(simulatedConnection()),
  ),
  inRows('postgres', onServer.postgres.absent, () => onLedgerServer('postgres')),
  inRows('mariadb', onServer.mariadb.absent, () => onLedgerServer('mariadb')),
];

async function inMemory(ledger: SqlConnection | Promise<SqlConnection>): Promise<Ledger> {
  const connection = await ledger;
  return { open: async () => ({ ...connection, close: async () => undefined }), stop: connection.close };
}

async function onFile(): Promise<Ledger> {
  const folder = mkdtempSync(join(tmpdir(), 'onrush-queue-'));
  return {
    open: () => withTables(sqliteConnection(join(folder, 'onrush.db'))),
    stop: async () => rmSync(folder, { recursive: true }),
  };
}

async function onLedgerServer(name: OnServer): Promise<Ledger> {
  const open = await databaseOn(name);
  return { open: () => withTables(open()), stop: async () => undefined };
}

function inRows(ledger: string, absent: Backend['absent'], prepare: () => Promise<Ledger>): QueueInRows {
  const start = async () => onLedger(await prepare());
  return { name: `rows on ${ledger}`, claimsAre: 'in the ledger', ledger, absent, start };
}

async function onLedger(ledger: Ledger): Promise<QueueRunning> {
  const clock = new HandClock();
  let nodes = 500;
  const nodeOn = (connection: SqlConnection): QueueNode => {
    const { connection: faulty, freeze } = freezable(connection);
    const requestStore = sqlRequestStore({
      database: independentCommitter(faulty),
      clock,
      random: dice(++nodes),
      limits: REQUEST_LIMITS,
      starvationBound: STARVATION_BOUND,
    });
    return { requestStore, freeze };
  };
  const start = async () => {
    const real = await ledger.open();
    const { connection, faults } = withFaults(real);
    const announced: Announced[] = [];
    const ports = await sqlPorts(connection, { clock, announced });
    const { requestStore } = nodeOn(connection);
    const { settled } = ports;
    const end = async () => {
      await requestStore.close();
      await endOf(ports, real)();
    };
    return { real, faults, announced, settled, end, ports: { ...ports, requestStore } };
  };
  const program = await restarting(start, { clock, afterStop: () => ledger.stop() });
  return Object.assign(program, {
    node: () => nodeOn(program.now().real),
    alone: () => ({
      requestStore: embeddedRequestStore({
        clock,
        ledger: sqlRequestLedger(groupCommitter(program.now().real)),
        limits: REQUEST_LIMITS,
        starvationBound: STARVATION_BOUND,
      }),
    }),
  });
}

/** What is asked of a frozen node's connection waits. */
function freezable(connection: SqlConnection): { connection: SqlConnection; freeze(): () => void } {
  let gate: Promise<void> = Promise.resolve();
  return {
    connection: {
      ...connection,
      async transact(runs) {
        await gate;
        await connection.transact(runs);
      },
      async query(sql, params) {
        await gate;
        return connection.query(sql, params);
      },
      async transaction(run) {
        await gate;
        return connection.transaction(run);
      },
    },
    freeze() {
      let thaw: () => void = () => undefined;
      gate = new Promise((resolve) => {
        thaw = resolve;
      });
      return thaw;
    },
  };
}
