import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { independentCommitter } from '../../src/adapters/sql/commits/independent-committer.ts';
import type { Database, SqlConnection } from '../../src/adapters/sql/database.ts';
import { migrate } from '../../src/adapters/sql/migrate.ts';
import { type SqlRequestStore, sqlRequestStore } from '../../src/adapters/sql/request-rows/request-store.ts';
import { readBuyer } from '../../src/adapters/sql/seat-rows/buyer-rows.ts';
import { sqlHoldHistory } from '../../src/adapters/sql/seats/hold-history.ts';
import { sqlWaitlistStore } from '../../src/adapters/sql/waitlist/waitlist-store.ts';
import type { WaitlistStore } from '../../src/waitlist/ports/waitlist-store.ts';
import { addOver, addRush, buyer, LATELY, QUIET_EVENT, TABLES } from '../backends/crowded-ledger.ts';
import { dice } from '../backends/dice.ts';
import { HandClock } from '../backends/hand-clock.ts';
import { memoryConnection } from '../backends/memory-connection.ts';
import { type OnServer, onServer, stopServers } from '../backends/on-servers.ts';
import { componentPresent } from '../backends/registry.ts';
import { countingReads, type Reading } from '../backends/rows-read.ts';

/**
 * A server answers by the plan that its statistics make look cheapest, and keeps plans. Whenever it counted its rows, what
 * one buyer asks for costs his own rows, and what a worker takes costs what he takes.
 */
type LedgerName = OnServer | 'sqlite';
const SERVERS = (['postgres', 'mariadb'] as const).filter((name) => componentPresent(name));
const LEDGERS: readonly LedgerName[] = ['sqlite', ...SERVERS];
afterAll(stopServers);

const EVENT = 1;
/** Of `EVENT`, since it is even. */
const ANN = 40;
const PARTY = 20;
/** Some rows of each of the party, and their entries in an index; a reading of anything as a whole has thousands. */
const FEW = 400;

interface Stores {
  database: Database;
  requests: SqlRequestStore;
  waitlist: WaitlistStore;
}

type Questions = Readonly<Record<string, (stores: Stores) => Promise<unknown> | unknown>>;

let accepted = 0;
const OF_SERVERS: Questions = {
  'accepting requests': ({ requests }) =>
    Promise.all(
      Array.from({ length: PARTY }, (_, index) =>
        requests.accept(
          {
            requestId: `accepted${++accepted}`,
            eventId: EVENT,
            lane: 'normal',
            userId: buyer(index),
            sessionId: null,
            seatIds: [1],
            admissionId: null,
          },
          () => null,
        ),
      ),
    ),
  'claiming requests': ({ requests }) => requests.claim(EVENT, PARTY),
  "a buyer's requests": ({ requests }) => requests.unfinishedOf(buyer(ANN)),
  "a buyer's claims, before he gets another": ({ database }) =>
    database.transaction((transaction) =>
      readBuyer(transaction, {
        eventId: EVENT,
        userId: buyer(ANN),
        now: LATELY,
        lapsedSince: LATELY,
        clause: '',
      }),
    ),
  "a buyer's live holds": ({ database }) =>
    sqlHoldHistory(database).holdsOf(buyer(ANN), { liveOnly: true, limit: PARTY }),
  "a buyer's live holds at an event": ({ database }) =>
    sqlHoldHistory(database).holdsOf(buyer(ANN), { eventId: EVENT, liveOnly: true, limit: PARTY }),
  'how many seats a buyer has': ({ database }) =>
    sqlHoldHistory(database).claimsOf(buyer(ANN), [EVENT, EVENT + 1], LATELY),
};

let joined = 0;
/** Of lines in which thousands wait, and of one in which thousands have waited. */
const OF_LINES: Questions = {
  'joining a line': ({ waitlist }) =>
    Promise.all(
      Array.from({ length: PARTY }, () =>
        waitlist.join({
          eventId: QUIET_EVENT,
          userId: `joined${++joined}`,
          sessionId: null,
          admissionId: null,
          wish: { size: 1 },
          at: LATELY,
          most: 100_000,
        }),
      ),
    ),
  'who is next in a long line': ({ waitlist }) => waitlist.waiting(EVENT, 0, PARTY),
  'who is next behind many that are over': ({ waitlist }) => waitlist.waiting(QUIET_EVENT, 0, PARTY),
  'whether anybody waits in a long line': ({ waitlist }) => waitlist.isAnyWaiting(EVENT),
  'whether anybody waits behind many that are over': ({ waitlist }) => waitlist.isAnyWaiting(QUIET_EVENT),
  'how many wait behind many that are over': ({ waitlist }) => waitlist.counts(QUIET_EVENT),
  "a user's place behind many that are over": ({ waitlist }) => waitlist.latest(QUIET_EVENT, buyer(PARTY)),
  "a user's place that is over, in a long line": ({ waitlist }) => waitlist.latest(EVENT + 1, buyer(ANN + 2)),
  "some users' places": ({ waitlist }) =>
    waitlist.latestOf(
      EVENT,
      Array.from({ length: PARTY }, (_, index) => buyer(index)),
    ),
  'those who are live in a long line': ({ waitlist }) =>
    waitlist.list(EVENT, { after: 0, limit: PARTY, liveOnly: true }),
  'those who are live behind many that are over': ({ waitlist }) =>
    waitlist.list(QUIET_EVENT, { after: 0, limit: PARTY, liveOnly: true }),
  'in which lines anybody waits': ({ waitlist }) => waitlist.eventsWaitedFor(),
};

/** How it came to the rows and the statistics that there are; `ask` makes plans. */
const SITUATIONS: Readonly<Record<string, (ledger: Ledger, ask: () => Promise<void>) => Promise<void>>> = {
  never: async ({ connection }) => {
    await addOver(connection);
    await addRush(connection);
  },
  'when nothing was live': async ({ connection, count }) => {
    await addOver(connection);
    await count();
    await addRush(connection);
  },
  'when there was next to nothing, and plans were kept': async ({ connection, count }, ask) => {
    await addOver(connection, 20);
    await count();
    await ask();
    await addRush(connection);
  },
  'in the middle of the rush': async ({ connection, count }) => {
    await addOver(connection);
    await addRush(connection);
    await count();
  },
};

/** MariaDB counts by itself as soon as a tenth of the rows is new; SQLite never does. */
const situationsOf = (name: LedgerName) =>
  Object.keys(SITUATIONS).filter((when) => name === 'postgres' || (when === 'never') === (name === 'sqlite'));
/** The other questions are asked of servers alone, or of a few rows. */
const askedOf = (name: LedgerName): Questions =>
  name === 'sqlite' ? OF_LINES : Object.fromEntries([OF_SERVERS, OF_LINES].flatMap(Object.entries));

for (const name of LEDGERS) {
  const asked = askedOf(name);
  describe.each(situationsOf(name))(`rows that ${name} goes through, having counted them %s`, (when) => {
    let ledger: Ledger;
    let stores: Stores;
    let readings: Reading[];
    beforeAll(async () => {
      ledger = await ledgerOn(name);
      const counting = countingReads(ledger.connection);
      readings = counting.readings;
      const database = independentCommitter(counting.connection);
      const limits = { perEvent: 1_000_000, inAll: 1_000_000, perBuyer: 1_000_000 };
      const needs = { database, clock: new HandClock(), random: dice(), limits, starvationBound: 4 };
      const waitlist = sqlWaitlistStore(database, { isAlone: false });
      stores = { database, requests: sqlRequestStore(needs), waitlist };
      const ask = async () => {
        for (const each of Object.values(asked)) await each(stores);
      };
      await SITUATIONS[when]?.(ledger, ask);
      // Whoever comes to an event first looks through its lanes once.
      await asked['accepting requests']?.(stores);
    });
    afterAll(async () => {
      await stores?.requests.close();
      await ledger?.connection.close();
    });

    it.each(Object.keys(asked))('are few for %s', async (what) => {
      readings.length = 0;
      await asked[what]?.(stores);
      expect(readings.length).toBeGreaterThan(0);
      expect(readings.filter(({ rows }) => rows > FEW)).toEqual([]);
    });
  });
}

interface Ledger {
  connection: SqlConnection;
  /** Takes the statistics, which are otherwise never taken. */
  count(): Promise<void>;
}

const NEVER_BY_ITSELF: Readonly<Record<OnServer, string>> = {
  postgres: 'SET (autovacuum_enabled = false)',
  mariadb: 'STATS_AUTO_RECALC = 0',
};
const COUNT: Readonly<Record<OnServer, string>> = { postgres: 'ANALYZE', mariadb: 'ANALYZE TABLE' };

async function ledgerOn(name: LedgerName): Promise<Ledger> {
  if (name === 'sqlite') return inMemory();
  const server = await onServer[name].started();
  const options = await server.database();
  const first = server.connect(options);
  await migrate(first);
  for (const table of TABLES) await first.query(`ALTER TABLE ${table} ${NEVER_BY_ITSELF[name]}`);
  // As it does by itself once a statement was asked a few times.
  if (name === 'postgres')
    await first.query(`ALTER DATABASE ${options.database} SET plan_cache_mode = force_generic_plan`);
  await first.close();
  const connection = server.connect(options);
  return {
    connection,
    async count() {
      for (const table of TABLES) await connection.query(`${COUNT[name]} ${table}`);
    },
  };
}

/** Nobody of ours has SQLite count its rows. */
async function inMemory(): Promise<Ledger> {
  const connection = memoryConnection();
  await migrate(connection);
  return { connection, count: async () => undefined };
}
