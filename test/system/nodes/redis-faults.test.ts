import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { stopServers } from '../../backends/on-servers.ts';
import {
  type RedisPair,
  type RedisServer,
  redisSentinel,
  redisServer,
  says,
} from '../../backends/servers/redis.ts';
import { type TcpProxy, tcpProxy } from '../../backends/tcp-proxy.ts';
import { clientOf, expectRefusal } from '../client.ts';
import { eventually } from '../eventually.ts';
import { snapshotOf } from '../map-stream.ts';
import { tryHold } from '../sale.ts';
import { expectAway, expectWell } from './away.ts';
import { selling } from './selling.ts';
import { describeOnNodes, type Site, startSite, toRedis, toSentinel } from './site.ts';

afterAll(stopServers);

describeOnNodes('postgres')('a sale on one Redis', () => {
  let redis: RedisServer;
  let site: Site;
  beforeAll(async () => {
    redis = await redisServer();
    site = await startSite({ redis: toRedis(redis.address) });
  });
  beforeEach(() => redis.recover());
  afterAll(async () => {
    await site?.stop();
    await redis?.stop();
  });

  it('goes on when it is killed and comes back empty', async () => {
    const sale = await selling(site);
    await sale.acknowledged(150);
    await redis.kill();
    await expectAway(site.nodes, 'redis', sale);
    await redis.start();
    await sale.acknowledged(150);
    await expectWell(site.nodes);
    expect(await sale.judged()).toEqual([]);
  });

  it('goes on when it is emptied, under a new epoch', async () => {
    const sale = await selling(site);
    const { epoch } = await snapshotOf(clientOf(site.door), sale.eventId);
    await sale.acknowledged(150);
    await redis.command('flushall');
    await sale.acknowledged(150);
    await eventually(async () => (await snapshotOf(clientOf(site.door), sale.eventId)).epoch > epoch, true);
    expect(await sale.judged()).toEqual([]);
  });

  it('refuses for certain while Redis has no memory, and goes on by itself', async () => {
    const sale = await selling(site);
    await sale.acknowledged(50);
    await redis.command('config', 'set', 'maxmemory', '1');
    const ask = () => tryHold(clientOf(site.door), 'thrifty', sale.eventId, sale.seatIds.slice(0, 1));
    const refused = await eventually(ask, ({ status }) => status === 503);
    expect(expectRefusal(refused, { status: 503, code: 'UNAVAILABLE' }).indefinite).toBeUndefined();
    expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    await redis.command('config', 'set', 'maxmemory', '0');
    await sale.acknowledged(100);
    expect(await sale.judged()).toEqual([]);
  });
});

describeOnNodes('postgres', 'redis-sentinel')('a sale on a Redis that sentinels watch', () => {
  let pair: RedisPair;
  let way: TcpProxy;
  let site: Site;
  beforeAll(async () => {
    pair = await redisSentinel();
    way = await tcpProxy(pair.servers.master.address);
    site = await startSite({ redis: toSentinel(pair) });
  });
  afterAll(async () => {
    await site?.stop();
    await way?.close();
    await pair?.stop();
  });

  it('goes on on a replica that was a second behind when its master was killed', async () => {
    const { master, replica } = pair.servers;
    const sale = await selling(site);
    await replica.command('replicaof', '127.0.0.1', `${way.port}`);
    await eventually(() => says(replica, /master_link_status:up/, 'info', 'replication'), true);
    await sale.acknowledged(100);
    way.freeze();
    await delay(1_000);
    const sold = sale.sender.acknowledged.filter(({ op }) => op === 'confirm').length;
    expect(sold).toBeGreaterThan(0);
    await master.kill();
    way.stop();
    await eventually(() => says(replica, /role:master/, 'info', 'replication'), true);
    await sale.acknowledged(150);
    await expectWell(site.nodes);
    expect(await sale.judged()).toEqual([]);
  });
});
