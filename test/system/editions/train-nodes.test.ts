import { afterAll, beforeAll, expect, it } from 'vitest';
import { stopServers } from '../../backends/on-servers.ts';
import { type RedisServer, redisServer } from '../../backends/servers/redis.ts';
import { bodyOf, type Client, clientOf, organiserOf } from '../client.ts';
import { eventually } from '../eventually.ts';
import { describeOnNodes, type Site, startSite, toRedis, twoOf } from '../nodes/site.ts';
import { openQueueEvents } from '../queue-stream.ts';
import { cancel, crowd, processQueue, reserved, statusOf, users } from './passengers.ts';

const range = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describeOnNodes('postgres')('the train edition on two nodes that share a Redis', () => {
  let redis: RedisServer;
  let site: Site;
  let clients: Client[];
  beforeAll(async () => {
    redis = await redisServer();
    site = await startSite({ redis: toRedis(redis.address), env: { LOCK_TIMEOUT_SECONDS: '10' } });
    clients = twoOf(site).map(clientOf);
  });
  afterAll(async () => {
    await site?.stop();
    await redis?.stop();
    await stopServers();
  });
  const organiser = () => organiserOf(twoOf(site)[0]);
  const reset = async () => bodyOf(await organiser().post('/admin/reset'));
  /** What redis-cli prints, line by line. */
  const cli = async (...words: string[]) => (await redis.command(...words)).trim().split('\n');

  it('a burst of 700 gives exactly 500 seats and 200 places with positions 1 to 200', async () => {
    const { reserved: seated, queued } = await crowd(clients, users(700));
    expect(seated).toHaveLength(500);
    expect(queued.map(({ position }) => position)).toEqual(range(200));
  });

  it('redis-cli shows it under the names of seed 002', async () => {
    await eventually(async () => (await cli('scard', 'reserved_users'))[0], '500');
    await eventually(async () => (await cli('llen', 'waiting_queue'))[0], '200');
    const queue = await cli('lrange', 'waiting_queue', '0', '-1');
    expect(new Set(await cli('smembers', 'queue_users'))).toEqual(new Set(queue));
    const [a] = clients as [Client, Client];
    const first = queue[0] as string;
    expect(await statusOf(a, first)).toMatchObject({ status: 'in_queue', position: 1 });
    const [owner] = (await cli('smembers', 'reserved_users')) as [string];
    expect(bodyOf(await cancel(a, owner)).promoted_users).toEqual([first]);
    await eventually(async () => (await cli('sismember', 'reserved_users', first))[0], '1');
    await eventually(async () => (await cli('sismember', 'reserved_users', owner))[0], '0');
    await eventually(async () => (await cli('llen', 'waiting_queue'))[0], '199');
  });

  it('what one node does, the other knows: status, already, positions', async () => {
    await reset();
    const [a, b] = clients as [Client, Client];
    await crowd(clients, users(500));
    expect(await reserved(a, 'x')).toMatchObject({ status: 'queued', position: 1 });
    expect(await reserved(b, 'x')).toMatchObject({ status: 'already_in_queue', position: 1 });
    expect(await reserved(b, 'y')).toMatchObject({ status: 'queued', position: 2 });
    expect(await reserved(b, 'passenger 1')).toMatchObject({ status: 'already_reserved' });
    const events = await openQueueEvents(`${twoOf(site)[1].url}/status/y/events`);
    await events.until('position');
    expect(bodyOf(await cancel(a, 'passenger 7')).promoted_users).toEqual(['x']);
    const last = () => events.frames.at(-1) as unknown as { position?: number };
    await eventually(last, ({ position }) => position === 1);
    expect(await statusOf(b, 'x')).toMatchObject({ status: 'reserved' });
    events.close();
  });

  it('cancellations on both nodes at once give each seat to one of the line, in its order', async () => {
    await reset();
    await crowd(clients, users(500));
    const line = users(60, 'waiting');
    for (const [index, user] of line.entries()) await reserved(clients[index % 2] as Client, user);
    const given = users(40).map((user, index) => cancel(clients[index % 2] as Client, user));
    const promoted = (await Promise.all(given)).flatMap((answer) => bodyOf(answer).promoted_users ?? []);
    expect(new Set(promoted).size).toBe(promoted.length);
    await eventually(async () => (await statusOf(clients[0] as Client, 'waiting 41')).position, 1);
    for (const user of line.slice(0, 40))
      expect(await statusOf(clients[1] as Client, user)).toMatchObject({ status: 'reserved' });
  });

  it('POST /process_queue waits for a reservation_lock that somebody else has, and is not refused', async () => {
    await cli('set', 'reservation_lock', 'another', 'px', '700');
    const processed = bodyOf(await processQueue(organiser()));
    expect(processed.status).toBe('queue_processed');
    expect(await cli('exists', 'reservation_lock')).toEqual(['0']);
  });

  it('the ledger is as promised', async () => {
    expect((await site.verified()).findings).toEqual([]);
  });
});
