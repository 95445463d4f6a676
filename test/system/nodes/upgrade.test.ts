import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SCHEMA_VERSION } from '../../../src/adapters/sql/migrate.ts';
import { type OnServer, onServer, stopServers } from '../../backends/on-servers.ts';
import { type RedisServer, redisServer } from '../../backends/servers/redis.ts';
import { clientOf, organiserOf } from '../client.ts';
import { eventually } from '../eventually.ts';
import { failedStart, freshFolder, MAIN } from '../program.ts';
import { buy, openSale, statusOfSeat } from '../sale.ts';
import { type NextVersion, nextVersion } from './next-version.ts';
import { onSaleEverywhere, selling } from './selling.ts';
import { describeOnNodes, SHARED, type Site, startSite, toRedis, twoOf, urlOf } from './site.ts';

vi.setConfig({ testTimeout: 240_000 });

/** Requests that are acknowledged between two steps, so that each step is taken while people buy. */
const MEANWHILE = 15;
const ADDS = [
  'CREATE TABLE of_the_next_version (id BIGINT NOT NULL PRIMARY KEY)',
  'ALTER TABLE orders ADD COLUMN of_the_next_version BIGINT NOT NULL DEFAULT 1',
];
const BREAKS = ['ALTER TABLE orders RENAME COLUMN traceparent TO of_the_next_version'];

/** `onrush migrate` of a build, as compose and the chart run it before any node starts. */
async function migrated(main: string, given: Record<string, string>): Promise<string> {
  const dataDir = freshFolder();
  const env = { PATH: process.env.PATH ?? '', ...given, DATA_DIR: dataDir };
  const { stdout } = await promisify(execFile)(process.execPath, [main, 'migrate'], { env });
  rmSync(dataDir, { recursive: true, force: true });
  return stdout.trim();
}

const LEDGERS: readonly OnServer[] = ['postgres', 'mariadb'];
for (const ledger of LEDGERS) {
  describeOnNodes(ledger)(`a new version on ${ledger}`, () => {
    let redis: RedisServer;
    const built: NextVersion[] = [];
    const build = (statements: readonly string[]) => {
      const next = nextVersion(statements);
      built.push(next);
      return next.main;
    };
    const env = async () => {
      const database = await (await onServer[ledger].started()).database();
      return { ...SHARED, ...toRedis(redis.address), DATABASE_URL: urlOf(ledger, database) };
    };
    // One for each try: it belongs to the ledger of the first program that used it.
    beforeEach(async () => {
      redis = await redisServer();
    });
    afterEach(() => redis?.stop());
    afterAll(async () => {
      await stopServers();
      for (const next of built) next.remove();
    });

    it('takes over node by node while people buy: nothing is lost, and nothing sold twice', async () => {
      const next = build(ADDS);
      const site = await startSite({ ledger, redis: toRedis(redis.address) });
      try {
        const [a, b] = twoOf(site);
        const sale = await selling(site);
        await sale.acknowledged(MEANWHILE);
        expect(await migrated(next, site.env)).toBe(
          `the tables went from version ${SCHEMA_VERSION} to ${SCHEMA_VERSION + 1}`,
        );
        await sale.acknowledged(MEANWHILE);
        // An old node that dies in the middle of it comes back on the new tables.
        await b.kill();
        await b.start();
        await sale.acknowledged(MEANWHILE);
        await a.retire();
        await a.start(next);
        // Both for a while: what one has sold shows at the other.
        await sale.acknowledged(MEANWHILE);
        await sellsForEachOther(site);
        // Back to the version before, with the tables as they are, and forward again.
        await a.retire();
        await a.start();
        await sale.acknowledged(MEANWHILE);
        for (const node of [a, b]) {
          await node.retire();
          await node.start(next);
          await sale.acknowledged(MEANWHILE);
        }
        expect(await sale.judged()).toEqual([]);
      } finally {
        await site.stop();
      }
    });

    it('that does more than add ends what was before it: a start says which program to take', async () => {
      const given = await env();
      await migrated(MAIN, given);
      expect(await migrated(build(BREAKS), given)).toContain(`to ${SCHEMA_VERSION + 1}`);
      const { code, output } = await failedStart({ env: given });
      expect(code).toBe(1);
      expect(output).toMatch(/newer than this program, which knows \d+: start the newer program/);
    });
  });
}

/** A seat each, bought at one node and looked at on the other. */
async function sellsForEachOther(site: Site): Promise<void> {
  const [a, b] = twoOf(site);
  const { eventId, seatIds } = await openSale(organiserOf(a), { rows: 1, seatsInRow: 2 });
  await onSaleEverywhere(site, eventId);
  const pairs = [
    { seller: a, other: b, seatId: seatIds[0] as number },
    { seller: b, other: a, seatId: seatIds[1] as number },
  ];
  for (const { seller, other, seatId } of pairs) {
    expect((await buy(clientOf(seller), 'ann', eventId, [seatId])).status).toBe('CONFIRMED');
    await eventually(() => statusOfSeat(clientOf(other), seatId), 'BOOKED');
  }
}
