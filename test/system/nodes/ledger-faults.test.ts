import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { SqlConnection } from '../../../src/adapters/sql/database.ts';
import { onlyUnavailable } from '../../../src/core/unavailable.ts';
import type { OnServer } from '../../backends/on-servers.ts';
import type { DatabaseServer } from '../../backends/servers/database-server.ts';
import { mariadbServer } from '../../backends/servers/mariadb.ts';
import { postgresServer } from '../../backends/servers/postgres.ts';
import { type RedisServer, redisServer } from '../../backends/servers/redis.ts';
import { expectAway, expectWell } from './away.ts';
import { selling } from './selling.ts';
import { describeOnNodes, type ProxiedSite, startProxiedSite, toRedis } from './site.ts';

/** They keep what they committed when they are killed. */
const SERVERS = { postgres: () => postgresServer('durable'), mariadb: () => mariadbServer('durable') };
const LEDGERS = Object.keys(SERVERS) as OnServer[];
/** How often the server has broken off a transaction because others waited for it in a circle. */
const DEADLOCKS = {
  postgres: 'SELECT deadlocks AS broken FROM pg_stat_database WHERE datname = current_database()',
  mariadb:
    "SELECT VARIABLE_VALUE AS broken FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = 'Innodb_deadlocks'",
};
const TOUCH = 'UPDATE seat_claim SET hold_id = hold_id WHERE event_id = ? AND seat_id = ?';

for (const ledger of LEDGERS) {
  describeOnNodes(ledger)(`a sale on ${ledger}`, () => {
    let server: DatabaseServer;
    let redis: RedisServer;
    let site: ProxiedSite;
    let stranger: SqlConnection;
    beforeAll(async () => {
      server = await SERVERS[ledger]();
      redis = await redisServer();
      site = await startProxiedSite({
        ledger,
        server: {
          ...server,
          async database() {
            const database = await server.database();
            stranger = server.connect(database);
            return database;
          },
        },
        redis: toRedis(redis.address),
        // What takes longer than this has failed.
        env: { DATABASE_TIMEOUT_MS: '5000' },
      });
    });
    beforeEach(async () => {
      site.way.heal();
      await server.recover();
    });
    afterAll(async () => {
      await stranger?.close();
      await site?.stop();
      await redis?.stop();
      await server?.stop();
    });

    it('goes on when the server crashes and starts again', async () => {
      const sale = await selling(site);
      await sale.acknowledged(100);
      await server.kill();
      await expectAway(site.nodes, 'ledger', sale);
      await server.start();
      await sale.acknowledged(100);
      await expectWell(site.nodes);
      expect(await sale.judged()).toEqual([]);
    });

    it('goes on while the server is slow, and when it does not answer for a while', async () => {
      const sale = await selling(site);
      site.way.delay(50);
      await sale.acknowledged(50);
      site.way.heal();
      site.way.freeze();
      await delay(1_500);
      site.way.heal();
      await sale.acknowledged(100);
      expect(await sale.judged()).toEqual([]);
    });

    it('goes on when somebody takes its rows in the other order: circles are broken, and tried again', async () => {
      const brokenOff = async () =>
        Number((await site.query<{ broken: unknown }>(DEADLOCKS[ledger]))[0]?.broken);
      const before = await brokenOff();
      const sale = await selling(site, { claim_strategy: 'pessimistic' });
      await sale.acknowledged(50);
      while ((await brokenOff()) < before + 3) {
        // He may be the one who is broken off; then he comes again, too.
        const takingAll = stranger.transaction(async (transaction) => {
          for (const seatId of sale.seatIds.slice(0, 40).reverse()) {
            await transaction.change(TOUCH, [sale.eventId, seatId]);
            await delay(5);
          }
        });
        await takingAll.catch(onlyUnavailable);
      }
      await sale.acknowledged(50);
      expect(await sale.judged()).toEqual([]);
    });

    it('knows what became of commits whose answer was lost', async () => {
      const sale = await selling(site);
      for (let cuts = 0; cuts < 5; cuts++) {
        await sale.acknowledged(20);
        site.way.cutAfter('COMMIT');
        await site.way.cut;
      }
      await sale.acknowledged(50);
      expect(await sale.judged()).toEqual([]);
    });
  });
}
