import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LineFrame } from '../../../src/contract/concerts.ts';
import { stopServers } from '../../backends/on-servers.ts';
import { componentPresent } from '../../backends/registry.ts';
import {
  type RedisCluster,
  type RedisServer,
  redisCluster,
  redisServer,
} from '../../backends/servers/redis.ts';
import { bodyOf, clientOf } from '../client.ts';
import { eventually } from '../eventually.ts';
import { describeOnNodes, type Site, startSite, toRedis, twoOf } from '../nodes/site.ts';
import { type Program, startProgram } from '../program.ts';
import { freeSeats, join, makeUser, reserve, setup, standing, WAYS } from './concerts-client.ts';
import { openStream } from './concerts-stream.ts';

afterAll(stopServers);

const QUICK = { SHED_DELAY_MS: '0', RATE_LIMIT_PER_PRINCIPAL: '0' };
const lines = (printed: string) => printed.trim().split('\n').filter(Boolean);

describe.skipIf(!componentPresent('redis'))('on a single Redis', () => {
  let redis: RedisServer;
  let program: Program;
  beforeAll(async () => {
    redis = await redisServer();
    const env = { ...QUICK, ...toRedis(redis.address), CONCERT_ADMIT_SECONDS: '3600' };
    program = await startProgram({ env: { ...env, CONCERT_QUEUE_MAX: '5' } });
  });
  afterAll(async () => {
    await program?.stop();
    await redis?.stop();
  });

  it('the line is the sorted set that seed 004 has, and who is in a key that ends', async () => {
    const anyone = clientOf(program);
    const { concertId, seatIds } = await setup(anyone);
    const [first, second] = [await makeUser(anyone), await makeUser(anyone)];
    for (const user of [first, second]) await join(anyone, user, concertId);
    const members = await redis.command('zrange', `waiting-queue:${concertId}`, '0', '-1');
    expect(lines(members)).toEqual([String(first), String(second)]);
    const headers = { 'user-id': String(first) };
    expect((await reserve(anyone, first, seatIds[0] as number, { headers })).status).toBe(403);
    await redis.command('set', `active-user:${first}`, 'true', 'EX', '300');
    expect((await reserve(anyone, first, seatIds[0] as number, { headers })).status).toBe(200);
    expect((await standing(anyone, first, concertId)).status).toBe('ACTIVE');
    await redis.command('del', `active-user:${first}`);
    expect((await reserve(anyone, first, seatIds[1] as number, { headers })).status).toBe(403);
  });

  it('whom an operator puts into the line, or takes out of it, counts', async () => {
    const anyone = clientOf(program);
    const { concertId } = await setup(anyone);
    const key = `waiting-queue:${concertId}`;
    for (const user of [11, 12]) await join(anyone, user, concertId);
    const stream = await openStream(
      `${program.url}/api/v1/waiting-queue/subscribe?userId=12&concertId=${concertId}`,
    );
    await redis.command('zadd', key, '1000', '13');
    expect((await standing(anyone, 13, concertId)).rank).toBe(1);
    await stream.until(({ event, data }) => event === 'RANK_UPDATE' && data.includes('"rank":3'));
    await redis.command('zrem', key, '13', '11');
    await stream.until(({ event, data }) => event === 'RANK_UPDATE' && data.includes('"rank":1'));
    for (let user = 20; user < 26; user++) await redis.command('zadd', key, '5000000000000', `${user}`);
    expect(bodyOf(await join(anyone, 30, concertId))).toMatchObject({ status: 'REJECTED', rank: -1 });
    await redis.command('set', 'active-user:12', 'true', 'EX', '60');
    const active = await stream.until(({ event }) => event === 'ACTIVE');
    expect((JSON.parse(active.data) as LineFrame).activeTtlSeconds).toBeGreaterThan(50);
    stream.close();
  });

  it('a line that was made by hand is let in, too', async () => {
    const anyone = clientOf(program);
    const { concertId } = await setup(anyone);
    await redis.command('zadd', `waiting-queue:${concertId}`, '1', '41', '2', '42');
    // The program gives the line its next time.
    const pace = () => redis.command('hget', `ticketing:line-pace:${concertId}`, 'due');
    await eventually(pace, (due) => Number(due) > 0);
    await redis.command('hset', `ticketing:line-pace:${concertId}`, 'due', '1');
    await eventually(async () => (await standing(anyone, 42, concertId)).status, 'ACTIVE');
    expect(Number(await redis.command('ttl', 'active-user:41'))).toBeGreaterThan(290);
  });

  it('what stands under its name and is no line is nobody’s, and is put aside by who joins', async () => {
    const anyone = clientOf(program);
    const { concertId } = await setup(anyone);
    const { concertId: other } = await setup(anyone);
    const key = `waiting-queue:${concertId}`;
    await redis.command('set', key, 'by mistake');
    await redis.command('zadd', `waiting-queue:${other}`, '1', '51');
    // The next round of letting in has gone over both.
    const pace = () => redis.command('hget', `ticketing:line-pace:${other}`, 'due');
    await eventually(pace, (due) => Number(due) > 0);
    expect(await standing(anyone, 50, concertId)).toMatchObject({ status: 'NONE' });
    expect(bodyOf(await join(anyone, 50, concertId))).toMatchObject({ status: 'WAITING', rank: 1 });
    expect((await redis.command('get', `${key}:strange`)).trim()).toBe('by mistake');
  });
});

describe.skipIf(!componentPresent('redis-cluster'))('on a Redis Cluster', () => {
  let cluster: RedisCluster;
  let program: Program;
  beforeAll(async () => {
    cluster = await redisCluster();
    const nodes = cluster.nodes.map(({ address: { host, port } }) => `${host}:${port}`).join(',');
    const env = { ...QUICK, REDIS_CLUSTER_NODES: nodes, CONCERT_ADMIT_SECONDS: '1' };
    program = await startProgram({ env });
  });
  afterAll(async () => {
    await program?.stop();
    await cluster?.stop();
  });

  it('all names of the line have one hash tag, and people are let in', async () => {
    const anyone = clientOf(program);
    const { concertId, seatIds } = await setup(anyone);
    const user = await makeUser(anyone);
    expect(bodyOf(await join(anyone, user, concertId)).rank).toBe(1);
    await eventually(async () => (await standing(anyone, user, concertId)).status, 'ACTIVE');
    const key = `{waiting-queue}:active-user:${user}`;
    const { master } = await cluster.nodesOf(key);
    expect((await master.command('get', key)).trim()).toBe('true');
    const headers = { 'user-id': String(user) };
    expect((await reserve(anyone, user, seatIds[0] as number, { headers })).status).toBe(200);
  });
});

describeOnNodes('postgres')('on two nodes', () => {
  let redis: RedisServer;
  let site: Site;
  beforeAll(async () => {
    redis = await redisServer();
    const env = { CONCERT_ADMIT_SECONDS: '2', CONCERT_ADMIT_BATCH: '3', RESERVATION_TIMEOUT_SECONDS: '10' };
    site = await startSite({ redis: toRedis(redis.address), env });
  });
  afterAll(async () => {
    await site?.stop();
    await redis?.stop();
  });
  const clients = () =>
    twoOf(site).map((node) => clientOf(node)) as [ReturnType<typeof clientOf>, ReturnType<typeof clientOf>];
  /** What one node makes is on the other a moment later. */
  const setupEverywhere = async (more: object = {}) => {
    // Asked at one node for its seats, and not at the door, which may lead to the other.
    const [one] = clients();
    const hall = await setup(one.with({ 'x-token': site.door.adminToken }), more);
    for (const client of clients())
      await eventually(async () => (await freeSeats(client, hall.optionId)).length, hall.seatIds.length);
    return hall;
  };

  it('a batch is a batch, however many nodes let people in', async () => {
    const { concertId } = await setupEverywhere();
    const [one, two] = clients();
    const waiting = Array.from({ length: 9 }, (_, index) => 700 + index);
    for (const [index, user] of waiting.entries()) await join(index % 2 ? one : two, user, concertId);
    const streams = await Promise.all(
      waiting.map((user, index) => {
        const { url } = twoOf(site)[index % 2] as { url: string };
        return openStream(`${url}/api/v1/waiting-queue/subscribe?userId=${user}&concertId=${concertId}`);
      }),
    );
    const times = await Promise.all(
      streams.map(async (stream) => {
        const { data } = await stream.until(({ event }) => event === 'ACTIVE', 20);
        return Date.parse((JSON.parse(data) as LineFrame).timestamp);
      }),
    );
    const inOrder = [...times].sort((a, b) => a - b);
    for (const start of [3, 6])
      expect((inOrder[start] as number) - (inOrder[start - 1] as number)).toBeGreaterThan(1_200);
    for (const stream of streams) stream.close();
  });

  it('who watches at another node is told no more at the first', async () => {
    const { concertId } = await setupEverywhere();
    const path = `/api/v1/waiting-queue/subscribe?userId=800&concertId=${concertId}`;
    const [one, two] = twoOf(site);
    const first = await openStream(one.url + path);
    await first.until(({ event }) => event === 'RANK_UPDATE');
    const second = await openStream(two.url + path);
    await first.ended;
    await second.until(({ event }) => event === 'RANK_UPDATE');
    second.close();
  });

  it('one of a crowd at both nodes gets the seat, by whichever way', async () => {
    const { seatIds, optionId } = await setupEverywhere({ seatCount: 1 });
    const answers = await Promise.all(
      Array.from({ length: 90 }, (_, index) =>
        reserve(clients()[index % 2] as ReturnType<typeof clientOf>, 2_000 + index, seatIds[0] as number, {
          way: WAYS[index % 3] as string,
        }),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const client of clients())
      await eventually(async () => (await freeSeats(client, optionId)).length, 0);
    expect((await site.verified()).findings).toEqual([]);
  });
});
