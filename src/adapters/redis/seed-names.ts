import { type Clock, type Millis, SECOND } from '../../core/clock.ts';
import { tryPatiently } from '../../core/locks.ts';
import type { Random } from '../../core/random.ts';
import { onlyUnavailable } from '../../core/unavailable.ts';
import type { RedisConnection } from './connection/connection.ts';
import { luaScript } from './scripts.ts';

/** The names are written anew at most this often; a long list at most a tenth of the time. */
const WRITE_EVERY: Millis = 100;
const SHARE = 10;
const AGAIN_AFTER: Millis = SECOND;
/** Whoever waits for the lock for longer goes on without it. */
const LOCK_WAIT: Millis = 3 * SECOND;
const TOKEN_BYTES = 16;

export interface SeedNamesNeeds {
  connection: RedisConnection;
  clock: Clock;
  random: Random;
}

export interface SeedNamesReading {
  lockSeconds: number;
  /** Who has a seat, and who waits, in order. */
  read(): Promise<{ reserved: readonly string[]; waiting: readonly string[] }>;
}

/**
 * The data of seed 002 as redis-cli shows it: `reserved_users`, `queue_users`, `waiting_queue`, `reservation_lock`. The
 * authority is elsewhere: after a change the names are written anew, whole, by whichever node began to read last.
 */
export function redisSeedNames(needs: SeedNamesNeeds, reading: SeedNamesReading) {
  const { connection, clock, random } = needs;
  // A script's keys must be of one slot.
  const prefix = connection.isCluster ? '{train}:' : '';
  const names = ['reserved_users', 'queue_users', 'waiting_queue'].map((name) => prefix + name);
  const written = `${prefix}reserved_users:written`;
  const lock = `${prefix}reservation_lock`;
  const put = luaScript('seed-names-put');
  let isPlanned = false;
  let lasted: Millis = 0;

  const plan = (delay: Millis) => {
    if (isPlanned) return;
    isPlanned = true;
    clock.after(delay, () => void write());
  };
  const write = async () => {
    const began = clock.now();
    isPlanned = false;
    try {
      const version = await connection.write<number>(written, ['HINCRBY', written, 'begun', '1']);
      const { reserved, waiting } = await reading.read();
      const args = [String(version), String(reserved.length), ...reserved, ...waiting];
      await connection.runScript(put, [...names, written], args);
    } catch (error) {
      onlyUnavailable(error);
      plan(AGAIN_AFTER);
    }
    lasted = clock.now() - began;
  };

  return {
    changed: () => plan(Math.max(WRITE_EVERY, SHARE * lasted)),
    async locked<R>(run: () => Promise<R>): Promise<R> {
      const token = random.hex(TOKEN_BYTES);
      const take = async () => {
        const millis = `${reading.lockSeconds * SECOND}`;
        const command = ['SET', lock, token, 'NX', 'PX', millis];
        return (await connection.write<unknown>(lock, command)) === null ? undefined : true;
      };
      try {
        await tryPatiently(take, { clock, random, waitMillis: LOCK_WAIT });
        return await run();
      } finally {
        await connection.runScript(luaScript('locks-release'), [lock], [token]).catch(onlyUnavailable);
      }
    },
  };
}
