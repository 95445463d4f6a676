import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SqlConnection } from '../../../src/adapters/sql/database.ts';
import { migrate } from '../../../src/adapters/sql/migrate.ts';
import { sqliteConnection } from '../../../src/adapters/sql/sqlite/connection.ts';
import { SqliteEngine } from '../../../src/adapters/sql/sqlite/engine.ts';
import { addOver, addRush, TABLES } from '../../backends/crowded-ledger.ts';
import { type OnServer, onServer, stopServers } from '../../backends/on-servers.ts';
import { componentPresent } from '../../backends/registry.ts';
import { countingReads, type Reading } from '../../backends/rows-read.ts';
import { OF_BUYERS } from './questions-of-buyers.ts';
import { OF_LINES } from './questions-of-lines.ts';
import { OF_MESSAGES } from './questions-of-messages.ts';
import { OF_SEATS } from './questions-of-seats.ts';
import { EVENT, type Questions, type Stores, storesOn } from './stores.ts';

/**
 * A ledger answers by the plan that its statistics make look cheapest, and may keep plans. Whenever it counted its rows, what
 * one buyer asks for costs his own rows, what is done to a seat costs that seat's, and what a worker takes costs what he takes.
 */
type LedgerName = OnServer | 'sqlite';
const SERVERS = (['postgres', 'mariadb'] as const).filter((name) => componentPresent(name));
const LEDGERS: readonly LedgerName[] = ['sqlite', ...SERVERS];
afterAll(stopServers);

/** Some rows of each of a party, and their entries in an index; a reading of anything as a whole has thousands. */
const FEW = 400;
const ASKED: Questions = { ...OF_BUYERS, ...OF_SEATS, ...OF_LINES, ...OF_MESSAGES };

/** How it came to the rows and the statistics that there are; `ask` makes plans. */
const SITUATIONS: Readonly<Record<string, Situation>> = {
  never: async ({ connection }) => {
    await addOver(connection);
    await addRush(connection);
  },
  'when there was nothing at all': async ({ connection, count }) => {
    await count();
    await addOver(connection);
    await addRush(connection);
  },
  'when nothing was live': async ({ connection, count }) => {
    await addOver(connection);
    await count();
    await addRush(connection);
  },
  'when there was a row of each, and plans were kept': keepingPlansOf(1),
  'when there was next to nothing, and plans were kept': keepingPlansOf(20),
  'in the middle of the rush': async ({ connection, count }) => {
    await addOver(connection);
    await addRush(connection);
    await count();
  },
};

type Situation = (ledger: Ledger, ask: () => Promise<void>) => Promise<void>;

function keepingPlansOf(rows: number): Situation {
  return async ({ connection, count }, ask) => {
    await addOver(connection, rows);
    await count();
    await ask();
    await addRush(connection);
  };
}

/** MariaDB counts by itself as soon as a tenth of the rows is new; SQLite never does. */
const situationsOf = (name: LedgerName) =>
  Object.keys(SITUATIONS).filter((when) => name === 'postgres' || (when === 'never') === (name === 'sqlite'));

for (const name of LEDGERS) {
  describe.each(situationsOf(name))(`rows that ${name} goes through, having counted them %s`, (when) => {
    let ledger: Ledger;
    let stores: Stores;
    let readings: Reading[];
    beforeAll(async () => {
      ledger = await ledgerOn(name);
      const counting = countingReads(ledger.connection);
      readings = counting.readings;
      stores = await storesOn(counting.connection);
      const ask = async () => {
        for (const each of Object.values(ASKED)) await each(stores);
      };
      await SITUATIONS[when]?.(ledger, ask);
      // Whoever comes to an event first looks through its lanes and its hall once.
      stores.eventId = EVENT;
      await ASKED['accepting requests']?.(stores);
      await stores.seats.offer(EVENT, { size: 1 });
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

async function ledgerOn(name: LedgerName): Promise<Ledger> {
  if (name === 'sqlite') return inFile();
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

/** SQLite counts its rows when somebody has it do so by hand, who is not of the program. */
async function inFile(): Promise<Ledger> {
  const folder = mkdtempSync(join(tmpdir(), 'onrush-plans-'));
  const file = join(folder, 'ledger.db');
  const connection = sqliteConnection(file);
  await migrate(connection);
  return {
    connection: {
      ...connection,
      async close() {
        await connection.close();
        rmSync(folder, { recursive: true });
      },
    },
    async count() {
      const byHand = new SqliteEngine({ file });
      byHand.query('ANALYZE', []);
      byHand.close();
    },
  };
}
