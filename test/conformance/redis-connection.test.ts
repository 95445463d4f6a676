import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { redisCatalogNews } from '../../src/adapters/redis/catalog-news.ts';
import { redisClock } from '../../src/adapters/redis/clock.ts';
import { type RedisConnection, redisConnection } from '../../src/adapters/redis/connection/connection.ts';
import type { RedisOptions } from '../../src/adapters/redis/connection/options.ts';
import { luaScript } from '../../src/adapters/redis/scripts.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { HOUR, SECOND } from '../../src/core/clock.ts';
import { componentPresent } from '../backends/registry.ts';
import {
  PATIENT,
  type RedisServer,
  redisCluster,
  redisSentinel,
  redisServer,
} from '../backends/servers/redis.ts';

const closings: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close();
});

async function single(settings: string[] = []): Promise<{ server: RedisServer; options: RedisOptions }> {
  const server = await redisServer(settings);
  closings.push(() => server.stop());
  return { server, options: { servers: { kind: 'single', address: server.address } } };
}

async function open(options: RedisOptions): Promise<RedisConnection> {
  const connection = await redisConnection({ ...options, limits: { ...PATIENT, ...options.limits } });
  closings.push(() => connection.close());
  return connection;
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 60_000;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error('it does not become so');
    await delay(10);
  }
}

const KEY = 'ticketing:{1}:k';
const set = (connection: RedisConnection) => connection.write(KEY, ['SET', KEY, 'v']);
const refused = (connection: RedisConnection) =>
  set(connection).then(
    () => 'done',
    (error) => error,
  );

describe.runIf(componentPresent('redis'))('a connection to Redis', () => {
  it('refuses at once while the server is down, and goes on by itself when it is back', async () => {
    const { server, options } = await single();
    // Whoever waited for the server would wait for longer than any test may take.
    const connection = await open({ ...options, limits: { commandMillis: HOUR } });
    await set(connection);
    const history = connection.replicationId(KEY);
    let changes = 0;
    connection.onChange(() => changes++);
    await server.kill();
    await until(() => !connection.health().up);
    expect(await refused(connection)).toMatchObject({ name: 'Unavailable', indefinite: false });
    expect(connection.replicationId(KEY)).toBeUndefined();
    await server.start();
    await until(() => connection.health().up);
    expect(changes).toBeGreaterThan(0);
    expect(connection.replicationId(KEY)).not.toBe(history);
    expect(await connection.read(KEY, ['GET', KEY])).toBeNull();
  });

  it('says of a write that was sent and not answered that its outcome is unknown, and of a read that it is not', async () => {
    const { server, options } = await single();
    const connection = await open({ ...options, limits: { commandMillis: 300 } });
    await set(connection);
    server.freeze();
    const [write, read] = await Promise.allSettled([set(connection), connection.read(KEY, ['GET', KEY])]);
    expect(write).toMatchObject({ reason: { name: 'Unavailable', indefinite: true } });
    expect(read).toMatchObject({ reason: { name: 'Unavailable', indefinite: false } });
    // From then on nothing is sent to it.
    expect(await refused(connection)).toMatchObject({ indefinite: false });
    server.thaw();
    await until(() => connection.health().up);
    await set(connection);
  });

  it('brings a script to a server that does not have it', async () => {
    const { server, options } = await single();
    const connection = await open(options);
    const run = () => connection.runScript(luaScript('start-check'), [KEY], ['ticketing:{1}:c']);
    await server.command('script', 'flush');
    expect(await Promise.all([run(), run(), run()])).toEqual(['OK', 'OK', 'OK']);
  });

  it('is refused a script definitely when the memory is full, before it did anything', async () => {
    const { server, options } = await single();
    const connection = await open(options);
    await server.command('config', 'set', 'maxmemory', '1mb');
    const take = connection.runScript(luaScript('start-check'), [KEY], ['ticketing:{1}:c']);
    await expect(take).rejects.toMatchObject({ name: 'Unavailable', indefinite: false });
    expect(await connection.read(KEY, ['EXISTS', KEY])).toBe(0);
  });

  it('hears a channel that somebody else has let go of a moment before', async () => {
    const { options } = await single();
    const connection = await open(options);
    const listening = (heard: string[]) =>
      new Promise<() => void>((resolve) => {
        const end: () => void = connection.subscribe('ticketing:{1}:again', {
          message: (text) => heard.push(text),
          listening: () => setImmediate(() => resolve(end)),
        });
      });
    (await listening([]))();
    const heard: string[] = [];
    const end = await listening(heard);
    await connection.publish('ticketing:{1}:again', 'now');
    await until(() => heard.length > 0);
    expect(heard).toEqual(['now']);
    end();
  });

  it('hears a channel again after a loss, and says that messages may have been missed', async () => {
    const { server, options } = await single();
    const connection = await open(options);
    const heard: string[] = [];
    connection.subscribe('ticketing:{1}:c', {
      message: (text) => heard.push(text),
      listening: () => heard.push('(listening)'),
    });
    await until(() => heard.length === 1);
    await connection.publish('ticketing:{1}:c', 'first');
    await until(() => heard.length === 2);
    await server.kill();
    await server.start();
    await until(() => heard.length === 3);
    await until(() => connection.health().up);
    await connection.publish('ticketing:{1}:c', 'second');
    await until(() => heard.length === 4);
    expect(heard).toEqual(['(listening)', 'first', '(listening)', 'second']);
  });

  it('shows the time of Redis on a machine whose clock is an hour off', async () => {
    const { options } = await single();
    const connection = await open(options);
    const time = async () => {
      const [seconds, micros] = await connection.read<[string, string]>(KEY, ['TIME']);
      return Number(seconds) * SECOND + Number(micros) / 1_000;
    };
    for (const off of [-HOUR, HOUR]) {
      const right = systemClock();
      const wrong = { now: () => right.now() + off, after: right.after };
      const clock = await redisClock(connection, { own: wrong });
      closings.push(() => clock.stop());
      const [before, now, after] = [await time(), clock.now(), await time()];
      expect(now).toBeGreaterThan(before - SECOND);
      expect(now).toBeLessThan(after + SECOND);
    }
  });

  it('tells other nodes that the catalogue was changed', async () => {
    const { options } = await single();
    const [here, there] = [await open(options), await open(options)];
    let heard = 0;
    const end = redisCatalogNews(there).listen(() => heard++);
    await until(() => heard === 1);
    await redisCatalogNews(here).changed();
    await until(() => heard === 2);
    end();
  });
});

describe.runIf(componentPresent('redis'))('a start with a bad configuration', () => {
  const sentence = (options: RedisOptions) =>
    redisConnection({ ...options, limits: { connectMillis: 500, ...options.limits } }).then(
      (connection) => {
        connection.close();
        return 'it started';
      },
      (error: Error) => error.message,
    );

  it('names the address where nobody answers, and the setting', async () => {
    const servers = { kind: 'single', address: { host: '127.0.0.1', port: 1 } } as const;
    expect(await sentence({ servers })).toMatch(/^no Redis can be used at 127\.0\.0\.1:1 .*REDIS_URL/);
  });

  it('says so when who listens there does not answer', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    try {
      const servers = { kind: 'single', address: { host: '127.0.0.1', port } } as const;
      expect(await sentence({ servers })).toMatch(
        /^no Redis can be used at .* \(it does not answer\): set REDIS_URL/,
      );
    } finally {
      silent.close();
    }
  });

  it('names the password, whether it is wrong, missing or unwanted', async () => {
    const guarded = await single(['--requirepass', 'secret']);
    const plain = await single();
    for (const options of [
      guarded.options,
      { ...guarded.options, password: 'wrong' },
      { ...plain.options, password: 'x' },
    ]) {
      expect(await sentence(options)).toMatch(/^Redis refuses the login .*REDIS_PASSWORD/);
    }
    expect(await sentence({ ...guarded.options, password: 'secret' })).toBe('it started');
  });

  it('names the right that the user lacks', async () => {
    const { server, options } = await single();
    const user = { ...options, username: 'joe', password: 'pw' };
    await server.command('acl', 'setuser', 'joe', 'on', '>pw', '~other:*', '&ticketing:*', '+@all');
    expect(await sentence(user)).toMatch(/the Redis user joe lacks a right .*ACL SETUSER joe ~ticketing:\*/);
    await server.command('acl', 'setuser', 'joe', '~ticketing:*', '-spublish');
    expect(await sentence(user)).toMatch(/lacks a right .*spublish/i);
    await server.command(
      'acl',
      'setuser',
      'joe',
      '+@all',
      '-@dangerous',
      '+info',
      '+cluster|slots',
      '+cluster|info',
    );
    expect(await sentence(user)).toBe('it started');
  });

  it('refuses a memory policy that drops seats', async () => {
    const { server, options } = await single();
    await server.command('config', 'set', 'maxmemory-policy', 'volatile-lru');
    expect(await sentence(options)).toMatch(/volatile-lru.*set maxmemory-policy to noeviction$/);
  });

  it('refuses a replica, and a single server that is called a cluster', async () => {
    const { server, options } = await single();
    expect(await sentence({ servers: { kind: 'cluster', nodes: [server.address] } })).toMatch(
      /REDIS_CLUSTER_NODES$/,
    );
    await server.command('replicaof', '127.0.0.1', '1');
    expect(await sentence(options)).toMatch(/it is a replica/);
  });
});

describe.runIf(componentPresent('redis-sentinel'))('a connection by way of Sentinel', () => {
  it('follows to the replica that was promoted', async () => {
    const pair = await redisSentinel();
    closings.push(() => pair.stop());
    const connection = await open(pair.options);
    await set(connection);
    const history = connection.replicationId(KEY);
    await pair.promote();
    // Until it is told, the old master takes writes that nobody will ever see: no client can know better.
    await until(() => (connection.replicationId(KEY) ?? history) !== history);
    await until(async () => (await refused(connection)) === 'done');
    expect(await pair.servers.replica.command('get', KEY)).toBe('v\n');
  });

  it('says so when the sentinels know no such master', async () => {
    const pair = await redisSentinel();
    closings.push(() => pair.stop());
    const { address } = pair.servers.sentinel;
    const servers = { kind: 'sentinel', sentinels: [address], master: 'nobody' } as const;
    const opening = redisConnection({ servers, limits: { connectMillis: 500 } });
    await expect(opening).rejects.toThrow(/watch no master "nobody".*REDIS_SENTINEL/);
  });
});

describe.runIf(componentPresent('redis-cluster'))('a connection to a cluster', () => {
  it('follows a slot to a promoted replica and to another server, and refuses half a cluster', async () => {
    const cluster = await redisCluster();
    closings.push(() => cluster.stop());
    const connection = await open(cluster.options);
    await set(connection);
    const history = connection.replicationId(KEY);
    await cluster.promote(KEY, 'forced');
    await until(async () => (await refused(connection)) === 'done');
    await until(() => connection.replicationId(KEY) !== history);

    const { master } = await cluster.nodesOf(KEY);
    await master.kill();
    await until(async () => (await refused(connection)) === 'done');
    expect(await connection.read(KEY, ['GET', KEY])).toBe('v');

    for (const node of cluster.nodes)
      await node.command('cluster', 'delslotsrange', '0', '100').catch(() => '');
    const opening = redisConnection({ ...cluster.options, limits: PATIENT });
    await expect(opening).rejects.toThrow(/covers \d+ of 16384 slots.*REDIS_CLUSTER_NODES/);
  });
});
