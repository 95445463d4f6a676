import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { stopServers } from '../../backends/on-servers.ts';
import { type RedisServer, redisServer } from '../../backends/servers/redis.ts';
import { clientOf } from '../client.ts';
import { describeOnNodes, type Site, startSite, toRedis, twoOf } from './site.ts';

/** So few that a caller on a busy machine asks for more, too. */
const LIMIT = 3;

describeOnNodes('postgres')('rate limits of two nodes', () => {
  let redis: RedisServer;
  let site: Site;
  beforeAll(async () => {
    redis = await redisServer();
    site = await startSite({
      redis: toRedis(redis.address),
      env: { RATE_LIMIT_PER_PRINCIPAL: `${LIMIT}` },
    });
  });
  beforeEach(() => redis.recover());
  afterAll(async () => {
    await site?.stop();
    await redis?.stop();
    await stopServers();
  });

  /** Of a caller who asks both nodes again and again: how many requests passed, and in how many seconds. */
  async function flooded(user: string, seconds: number): Promise<{ passed: number; seconds: number }> {
    const begun = performance.now();
    let passed = 0;
    const ask = async (node: { url: string }) => {
      const client = clientOf(node).as(user);
      while (performance.now() < begun + seconds * 1_000) {
        const { status, headers } = await client.get('/api/v1/events');
        if (status !== 429) passed++;
        expect([200, 429]).toContain(status);
        if (status === 429) expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(1);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    };
    await Promise.all(twoOf(site).map(ask));
    return { passed, seconds: (performance.now() - begun) / 1_000 };
  }

  it('who floods both has his limit once, and what passes until they have heard of each other', async () => {
    const { passed, seconds } = await flooded('flooder', 8);
    // See shareLimits; on a busy machine the news may be half a second late.
    expect(passed).toBeLessThanOrEqual(LIMIT * (seconds * (1 + 1 / 16) + 1 + 2.5));
    expect(passed).toBeGreaterThanOrEqual(LIMIT * seconds * 0.8);
  });

  it('each limits by itself while Redis is away', async () => {
    await redis.kill();
    const { passed, seconds } = await flooded('lonely', 3);
    expect(passed).toBeGreaterThan(LIMIT * (seconds + 1));
    expect(passed).toBeLessThanOrEqual(2 * LIMIT * (seconds + 1) + 2);
    await redis.start();
  });
});
