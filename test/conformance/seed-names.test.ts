import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redisConnection } from '../../src/adapters/redis/connection/connection.ts';
import type { RedisOptions } from '../../src/adapters/redis/connection/options.ts';
import { redisSeedNames } from '../../src/adapters/redis/seed-names.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { dice } from '../backends/dice.ts';
import { PATIENT, redisAbsent, redisCluster, redisServer } from '../backends/servers/redis.ts';
import { eventually } from '../system/eventually.ts';

interface Servers {
  options: RedisOptions;
  stop(): Promise<void>;
}

const KINDS: { name: string; prefix: string; start(): Promise<Servers> }[] = [
  {
    name: 'redis',
    prefix: '',
    async start() {
      const server = await redisServer();
      return { options: { servers: { kind: 'single', address: server.address } }, stop: () => server.stop() };
    },
  },
  { name: 'redis-cluster', prefix: '{train}:', start: redisCluster },
];

/** The data of seed 002 under its names, on each shape of Redis. */
describe.skipIf(redisAbsent() !== undefined).each(KINDS)(
  'the names of seed 002 on $name',
  ({ prefix, start }) => {
    let servers: Servers;
    let connection: Awaited<ReturnType<typeof redisConnection>>;
    beforeAll(async () => {
      servers = await start();
      connection = await redisConnection({ ...servers.options, limits: PATIENT });
    });
    afterAll(async () => {
      connection?.close();
      await servers?.stop();
    });
    const read = <R>(command: string, name: string, ...rest: string[]) =>
      connection.read<R>(prefix + name, [command, prefix + name, ...rest]);

    it('are written anew, whole, after a change', async () => {
      let now = { reserved: ['a', '예약'], waiting: ['c', 'd', 'e'] };
      const needs = { connection, clock: systemClock(), random: dice(1) };
      const names = redisSeedNames(needs, { lockSeconds: 5, read: async () => now });
      names.changed();
      await eventually(() => read<number>('LLEN', 'waiting_queue'), 3);
      expect(new Set(await read<string[]>('SMEMBERS', 'reserved_users'))).toEqual(new Set(now.reserved));
      expect(await read('LRANGE', 'waiting_queue', '0', '-1')).toEqual(['c', 'd', 'e']);
      expect(new Set(await read<string[]>('SMEMBERS', 'queue_users'))).toEqual(new Set(['c', 'd', 'e']));
      now = { reserved: Array.from({ length: 2_500 }, (_, index) => `u${index}`), waiting: [] };
      names.changed();
      await eventually(() => read<number>('SCARD', 'reserved_users'), 2_500);
      expect(await read('EXISTS', 'waiting_queue')).toBe(0);
    });

    it('of two nodes, who began to read last is believed', async () => {
      const needs = { connection, clock: systemClock(), random: dice(2) };
      let letGo: () => void = () => undefined;
      const slow = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      let isReading = false;
      const old = redisSeedNames(needs, {
        lockSeconds: 5,
        async read() {
          isReading = true;
          await slow;
          return { reserved: ['old'], waiting: [] };
        },
      });
      const young = redisSeedNames(needs, {
        lockSeconds: 5,
        read: async () => ({ reserved: ['young'], waiting: ['w'] }),
      });
      old.changed();
      await eventually(() => isReading, true);
      young.changed();
      await eventually(() => read<number>('SISMEMBER', 'reserved_users', 'young'), 1);
      letGo();
      old.changed();
      await eventually(() => read<number>('SISMEMBER', 'reserved_users', 'old'), 1);
      expect(await read('SISMEMBER', 'reserved_users', 'young')).toBe(0);
    });

    it('reservation_lock is ours while something runs, and nobody else’s is given back', async () => {
      const names = redisSeedNames(
        { connection, clock: systemClock(), random: dice(3) },
        { lockSeconds: 5, read: async () => ({ reserved: [], waiting: [] }) },
      );
      const key = `${prefix}reservation_lock`;
      const during = await names.locked(() => read<string>('GET', 'reservation_lock'));
      expect(during).toMatch(/^[0-9a-f]{32}$/);
      expect(await read('EXISTS', 'reservation_lock')).toBe(0);
      await names.locked(async () => {
        await connection.write(key, ['SET', key, 'another', 'PX', '500']);
      });
      expect(await read('GET', 'reservation_lock')).toBe('another');
      await connection.write(key, ['DEL', key]);
      await names.locked(async () => {
        await connection.write(key, ['DEL', key]);
        await connection.write(key, ['LPUSH', key, 'no lock at all']);
      });
      expect(await read('LLEN', 'reservation_lock')).toBe(1);
    });
  },
);
