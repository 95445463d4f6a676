import { afterAll, beforeAll, expect, it } from 'vitest';
import { stopServers } from '../backends/on-servers.ts';
import { type RedisServer, redisServer } from '../backends/servers/redis.ts';
import { clientOf } from '../system/client.ts';
import { describeOnNodes, type Site, startSite, toRedis } from '../system/nodes/site.ts';
import { targetOf } from './target.ts';
import { ASSAULTS, type Besieged } from './withstanding.ts';

/** A server has its own idea of what is a text, a number or a key. What never comes as far as there is asked of one process. */
const AS_FAR_AS_THERE = [
  'hostile values in every field of its body',
  'ids that are none',
  'queries that it does not know',
];
/** Nothing of the victims' may end by itself meanwhile. */
const UNHURRIED = {
  RESERVATION_TIMEOUT_SECONDS: '900',
  MAX_HOLD_TOTAL_SECONDS: '1800',
  PAYMENT_DEADLINE_SECONDS: '900',
};

afterAll(stopServers);

for (const ledger of ['postgres', 'mariadb'] as const) {
  describeOnNodes(ledger)(`on Redis and ${ledger}, every route of the OpenAPI document withstands`, () => {
    let redis: RedisServer;
    let site: Site;
    let besieged: Besieged;
    beforeAll(async () => {
      redis = await redisServer();
      site = await startSite({ nodes: 1, ledger, redis: toRedis(redis.address), env: UNHURRIED });
      const [node] = site.nodes;
      if (!node) throw new Error('the site has no node');
      const program = { url: node.url, adminToken: node.adminToken };
      besieged = { program, ...(await targetOf(program)) };
    });
    afterAll(async () => {
      await site?.stop();
      await redis?.stop();
    });

    it.each(AS_FAR_AS_THERE)('%s', async (kind) => {
      await ASSAULTS[kind]?.(besieged);
      expect((await clientOf(besieged.program).get('/health')).status).toBe(200);
    });
  });
}
