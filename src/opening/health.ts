import type { KafkaConnection } from '../adapters/kafka/connection.ts';
import type { RedisConnection } from '../adapters/redis/connection/connection.ts';
import type { SqlConnection } from '../adapters/sql/database.ts';
import { type Clock, type Millis, SECOND } from '../core/clock.ts';
import { Unavailable } from '../core/unavailable.ts';

/** One of the servers that the sale stands on. */
export interface BackEndHealth {
  name: 'ledger' | 'redis' | 'kafka';
  isUp: boolean;
  /** Whether the sale goes on without it, and makes up for it later. */
  canWait?: true;
}

/** Everybody who asks within this time gets the same answer: asking must not be a load. */
const ASKED_EVERY: Millis = SECOND;

interface Servers {
  connection: SqlConnection;
  redis: RedisConnection | undefined;
  kafka: Pick<KafkaConnection, 'check'> | undefined;
}

/** Says which of the servers answer. */
export function backEndHealth(servers: Servers, clock: Clock): () => Promise<BackEndHealth[]> {
  let asked: { at: Millis; answer: Promise<BackEndHealth[]> } | undefined;
  return () => {
    const now = clock.now();
    if (!asked || now - asked.at >= ASKED_EVERY) asked = { at: now, answer: ask(servers) };
    return asked.answer;
  };
}

async function ask({ connection, redis, kafka }: Servers): Promise<BackEndHealth[]> {
  const asked = async (name: BackEndHealth['name'], check: () => Promise<unknown>) => {
    const isUp = await answers(check);
    return { name, isUp };
  };
  return Promise.all([
    asked('ledger', () => connection.query('SELECT 1 AS answer')),
    ...(redis ? [{ name: 'redis' as const, isUp: redis.health().up }] : []),
    ...(kafka
      ? [asked('kafka', () => kafka.check()).then((state) => ({ ...state, canWait: true as const }))]
      : []),
  ]);
}

async function answers(check: () => Promise<unknown>): Promise<boolean> {
  try {
    await check();
    return true;
  } catch (error) {
    if (error instanceof Unavailable) return false;
    throw error;
  }
}
