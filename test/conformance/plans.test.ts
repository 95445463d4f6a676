import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database, SqlConnection } from '../../src/adapters/sql/database.ts';
import { independentCommitter } from '../../src/adapters/sql/independent-committer.ts';
import { migrate } from '../../src/adapters/sql/migrate.ts';
import { type SqlRequestStore, sqlRequestStore } from '../../src/adapters/sql/request-rows/request-store.ts';
import { readBuyer } from '../../src/adapters/sql/seat-rows/buyer-rows.ts';
import { sqlHoldHistory } from '../../src/adapters/sql/seats/hold-history.ts';
import { addOver, addRush, buyer, LATELY, TABLES } from '../backends/crowded-ledger.ts';
import { dice } from '../backends/dice.ts';
import { HandClock } from '../backends/hand-clock.ts';
import { type OnServer, onServer, stopServers } from '../backends/on-servers.ts';
import { componentPresent } from '../backends/registry.ts';
import { countingReads, type Reading } from '../backends/rows-read.ts';

/**
 * A server answers by the plan that its statistics make look cheapest, and keeps plans. Whenever it counted its rows, what
 * one buyer asks for costs his own rows, and what a worker takes costs what he takes.
 */
const SERVERS = (['postgres', 'mariadb'] as const).filter((name) => componentPresent(name));
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
}

let accepted = 0;
const ASKED: Readonly<Record<string, (stores: Stores) => Promise<unknown>>> = {
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

/** MariaDB counts by itself as soon as a tenth of the rows is new. */
const situationsOf = (name: OnServer) =>
  Object.keys(SITUATIONS).filter((when) => name === 'postgres' || when !== 'never');

for (const name of SERVERS) {
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
      stores = { database, requests: sqlRequestStore(needs) };
      const ask = async () => {
        for (const each of Object.values(ASKED)) await each(stores);
      };
      await SITUATIONS[when]?.(ledger, ask);
      // Whoever comes to an event first looks through its lanes once.
      await ASKED['accepting requests']?.(stores);
    });
    afterAll(async () => {
      await stores?.requests.close();
      await ledger?.connection.close();
    });

    it.each(Object.keys(ASKED))('are few for %s', async (what) => {
      readings.length = 0;
      await ASKED[what]?.(stores);
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

async function ledgerOn(name: OnServer): Promise<Ledger> {
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
