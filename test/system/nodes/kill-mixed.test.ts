import { afterAll, expect, it, vi } from 'vitest';
import { stopServers } from '../../backends/on-servers.ts';
import { type RedisServer, redisServer } from '../../backends/servers/redis.ts';
import { eventually } from '../eventually.ts';
import { mixedLoop, mixedVerdict } from '../kill/mixed-loop.ts';
import { killableNodes } from './killable-nodes.ts';
import { describeOnNodes, type Site, startSite, toRedis } from './site.ts';

/** More of them by hand: a hundred take five minutes, or three times as long on a busy machine. */
const CYCLES = Number(process.env.KILLS ?? 6);

vi.setConfig({ testTimeout: Math.max(600_000, CYCLES * 30_000) });

describeOnNodes('postgres')('two nodes, of which one after the other is killed', () => {
  let redis: RedisServer | undefined;
  let site: Site | undefined;
  afterAll(async () => {
    await site?.stop();
    await redis?.stop();
    await stopServers();
  });

  it('forget nobody in their queue, their rooms and their lines, and no ticket', async () => {
    redis = await redisServer();
    site = await startSite({ redis: toRedis(redis.address) });
    const result = await mixedLoop(killableNodes(site), { cycles: CYCLES, seed: 42 });
    console.log(mixedVerdict(result));
    expect(result.faults).toEqual([]);
    for (const told of ['requests', 'entered', 'parties', 'passedOn', 'letIn'] as const)
      expect(result[told], told).toBeGreaterThan(0);
    // What a node left behind in the middle is freed in a minute.
    const { verified } = site;
    const findings = async () => (await verified()).findings.map(({ sentence }) => sentence);
    expect(
      await eventually(findings, (found) => found.length === 0, { seconds: 120, everyMillis: 2_000 }),
    ).toEqual([]);
  });
});
