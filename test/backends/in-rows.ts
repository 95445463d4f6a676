import { embeddedClaimNews } from '../../src/adapters/embedded/claim-news.ts';
import { embeddedLocks } from '../../src/adapters/embedded/locks.ts';
import { independentCommitter } from '../../src/adapters/sql/commits/independent-committer.ts';
import type { SqlConnection } from '../../src/adapters/sql/database.ts';
import { ledgerSeatStore } from '../../src/adapters/sql/seat-rows/ledger-seat-store.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import type { ClaimWay } from '../../src/core/claim-way.ts';
import type { Announced, Backend, Running } from './backend.ts';
import { dice } from './dice.ts';
import { withFaults } from './faults.ts';
import { HandClock } from './hand-clock.ts';
import { memoryConnection } from './memory-connection.ts';
import { databaseOn, type OnServer, onServer } from './on-servers.ts';
import { endOf, restarting } from './running.ts';
import { simulatedConnection } from './simulated-connection.ts';
import { announcementsInto, hallOf, sqlPorts } from './sql-ports.ts';
import { withTables } from './with-tables.ts';

const STRATEGIES: readonly ClaimWay[] = ['pessimistic', 'optimistic', 'distributed_lock'];

/** Seats whose claims have their authority in rows of the ledger: every strategy on every kind of ledger. */
export const IN_ROWS: readonly InRows[] = STRATEGIES.flatMap((strategy) => [
  inRows(
    strategy,
    inMemory('embedded-in-memory', () => withTables(memoryConnection())),
  ),
  inRows(
    strategy,
    inMemory('simulated', async () => simulatedConnection()),
  ),
  inRows(strategy, onLedgerServer('postgres')),
  inRows(strategy, onLedgerServer('mariadb')),
]);

export interface InRows extends Backend {
  /** The back end that must be there for it. */
  ledger: string;
}

export interface Ledger {
  open(): Promise<SqlConnection>;
  stop(): Promise<void>;
}

interface Kind {
  name: string;
  absent: Backend['absent'];
  prepare(): Promise<Ledger>;
}

function inMemory(name: string, make: () => Promise<SqlConnection>): Kind {
  const prepare = async () => {
    const connection = await make();
    return { open: async () => ({ ...connection, close: async () => undefined }), stop: connection.close };
  };
  return { name, absent: () => undefined, prepare };
}

function onLedgerServer(name: OnServer): Kind {
  const { absent } = onServer[name];
  const prepare = async () => {
    const open = await databaseOn(name);
    return { open: () => withTables(open()), stop: async () => undefined };
  };
  return { name, absent, prepare };
}

function inRows(strategy: ClaimWay, { name, absent, prepare }: Kind): InRows {
  const start = async () => onLedger(strategy, await prepare());
  return { name: `${strategy} on ${name}`, claimsAre: 'in the ledger', ledger: name, absent, start };
}

export async function onLedger(strategy: ClaimWay, ledger: Ledger): Promise<Running> {
  const clock = new HandClock();
  let starts = 300;
  const start = async () => {
    const real = await ledger.open();
    const { connection, faults } = withFaults(real);
    const announced: Announced[] = [];
    const ports = await sqlPorts(connection, { clock, announced });
    const events = new Set((await ports.catalogStore.load()).events.map(({ eventId }) => eventId));
    const seatStore = ledgerSeatStore({
      database: independentCommitter(connection),
      clock,
      ids: ports.ids,
      // Locks wait in real time, since nobody moves the hand clock for them.
      locks: embeddedLocks({
        clock: systemClock(),
        random: dice(++starts),
        limits: { timeoutMillis: 5_000, waitMillis: 2_000 },
      }),
      halls: { hall: (eventId) => hallOf(ports.catalogStore, eventId) },
      announcements: announcementsInto(announced),
      news: embeddedClaimNews(),
      strategyOf(eventId) {
        events.add(eventId);
        return strategy;
      },
      events: () => [...events],
    });
    const { settled } = ports;
    return { faults, announced, settled, end: endOf(ports, real), ports: { ...ports, seatStore } };
  };
  return restarting(start, { clock, afterStop: () => ledger.stop() });
}
