import type { RedisConnection } from '../adapters/redis/connection/connection.ts';
import type { RedisOptions } from '../adapters/redis/connection/options.ts';
import type { Config } from '../config.ts';

/** The Redis that the configuration names; undefined when it names none. Throws Unavailable with the remedy. */
export async function openRedis({ backEnds: { redis } }: Config): Promise<RedisConnection | undefined> {
  if (!redis) return undefined;
  const { redisConnection } = await import('../adapters/redis/connection/connection.ts');
  return redisConnection(optionsOf(redis));
}

function optionsOf(redis: NonNullable<Config['backEnds']['redis']>): RedisOptions {
  const { servers, username, password, database, tls, timeoutMillis, connectMillis } = redis;
  return {
    servers,
    database,
    limits: { commandMillis: timeoutMillis, connectMillis },
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls && {
      tls: {
        ...(tls.ca !== undefined && { ca: tls.ca }),
        ...(tls.anyCertificate && { anyCertificate: 'accepted' as const }),
      },
    }),
  };
}
