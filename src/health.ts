import type { RedisConnection } from './adapters/redis/connection.ts';
import type { SqlConnection } from './adapters/sql/database.ts';
import { type Clock, type Millis, SECOND } from './core/clock.ts';
import { Unavailable } from './core/unavailable.ts';

/** One of the servers that the sale stands on. */
export interface BackEndHealth {
  name: 'ledger' | 'redis';
  isUp: boolean;
}

/** Everybody who asks within this time gets the same answer: asking must not be a load. */
const ASKED_EVERY: Millis = SECOND;

/** Says which of the servers answer. */
export function backEndHealth(
  { connection, redis }: { connection: SqlConnection; redis: RedisConnection | undefined },
  clock: Clock,
): () => Promise<BackEndHealth[]> {
  let asked: { at: Millis; answer: Promise<BackEndHealth[]> } | undefined;
  return () => {
    const now = clock.now();
    if (!asked || now - asked.at >= ASKED_EVERY) asked = { at: now, answer: ask(connection, redis) };
    return asked.answer;
  };
}

async function ask(connection: SqlConnection, redis: RedisConnection | undefined): Promise<BackEndHealth[]> {
  const ledger: BackEndHealth = { name: 'ledger', isUp: await answers(connection) };
  return redis ? [ledger, { name: 'redis', isUp: redis.health().up }] : [ledger];
}

async function answers(connection: SqlConnection): Promise<boolean> {
  try {
    await connection.query('SELECT 1 AS answer');
    return true;
  } catch (error) {
    if (error instanceof Unavailable) return false;
    throw error;
  }
}
