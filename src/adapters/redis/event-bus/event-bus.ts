import type { Clock, Millis } from '../../../core/clock.ts';
import { pause, SECOND } from '../../../core/clock.ts';
import type { Leases } from '../../../core/leases.ts';
import type { DeadLetters, EventBus, Message } from '../../../core/message.ts';
import type { Random } from '../../../core/random.ts';
import { taking } from '../../../core/taking.ts';
import { Unavailable } from '../../../core/unavailable.ts';
import type { RedisConnection } from '../connection/connection.ts';
import { luaScript } from '../scripts.ts';
import { type BusKeys, busKeys } from './keys.ts';
import { StreamGroup } from './stream-group.ts';
import { StreamReader } from './stream-reader.ts';

export interface RedisEventBusNeeds {
  connection: RedisConnection;
  clock: Clock;
  random: Random;
  /** One node at a time reads for a consumer that needs order. */
  leases: Leases;
  deadLetters: DeadLetters;
  limits?: Partial<RedisBusLimits>;
}

export interface RedisBusLimits {
  /** A member that shows nothing of what it works on for so long is taken for dead. */
  silentMillis: Millis;
  /** How long a publisher waits for the consumers. */
  patienceMillis: Millis;
}

const LIMITS: RedisBusLimits = { silentMillis: 30 * SECOND, patienceMillis: 30 * SECOND };
const ADDED_AT_ONCE = 500;
/** Entries that some group has not acknowledged, be it one that nobody is in any more. */
const OPEN_MAX = 200_000;
const FIRST_LOOK: Millis = 2;
const LOOK_EVERY_MAX: Millis = 100;
const TOKEN_BYTES = 8;

/**
 * A stream for each topic, a group for each consumer. Published is what every consumer has acknowledged: until then the
 * ledger keeps it, too, so nothing is lost with a Redis that forgets, and the stream is never longer than what the
 * publishers wait for. It is trimmed of nothing else.
 */
export function redisEventBus(needs: RedisEventBusNeeds): EventBus & { close(): Promise<void> } {
  const { connection, clock, random, leases, deadLetters } = needs;
  const limits = { ...LIMITS, ...needs.limits };
  const member = random.hex(TOKEN_BYTES);
  const readers: StreamReader[] = [];
  const groups = new Map<string, string[]>();
  return {
    async publish(messages) {
      for (const topic of new Set(messages.map((message) => message.topic))) {
        const ofTopic = messages.filter((message) => message.topic === topic);
        const keys = busKeys(topic);
        let last = '0-0';
        for (let from = 0; from < ofTopic.length; from += ADDED_AT_ONCE)
          last = await add(connection, keys, ofTopic.slice(from, from + ADDED_AT_ONCE));
        const patience = { clock, until: clock.now() + limits.patienceMillis };
        await settled(connection, keys, { last, groups: groups.get(topic) ?? [] }, patience);
      }
    },
    subscribe(topic, consumer, handle, { atOnce = 1 } = {}) {
      const keys = busKeys(topic);
      groups.set(topic, [...(groups.get(topic) ?? []), consumer]);
      readers.push(
        new StreamReader({
          connection,
          keys,
          clock,
          consumer,
          deadLetters,
          atOnce,
          silentMillis: limits.silentMillis,
          group: new StreamGroup(connection, keys, { group: consumer, member }),
          take: taking(consumer, handle, { clock, deadLetters }),
          lease: atOnce === 1 ? leases.lease(`bus:${topic}:${consumer}`) : undefined,
        }),
      );
    },
    async close() {
      await Promise.all(readers.map((reader) => reader.close()));
    },
  };
}

/** Returns the latest entry of the stream. */
async function add(
  connection: RedisConnection,
  keys: BusKeys,
  messages: readonly Message[],
): Promise<string> {
  const args = messages.flatMap(({ messageId, key, body, at, headers }) => [
    ...[messageId, key, JSON.stringify(body), String(at), headers?.traceparent ?? ''],
  ]);
  const latest = await connection.runScript<string | null>(
    luaScript('bus-publish'),
    [keys.stream, keys.known],
    [keys.channel, String(OPEN_MAX), ...args],
  );
  if (latest !== null) return latest;
  throw new Unavailable(
    `a consumer of ${keys.topic} is ${OPEN_MAX} messages behind: see XINFO GROUPS ${keys.stream}`,
  );
}

async function settled(
  connection: RedisConnection,
  { topic, stream, known }: BusKeys,
  { last, groups }: { last: string; groups: readonly string[] },
  { clock, until }: { clock: Clock; until: Millis },
): Promise<void> {
  for (let every = FIRST_LOOK; ; every = Math.min(every * 2, LOOK_EVERY_MAX)) {
    const state = await connection.runScript<number>(
      luaScript('bus-settled'),
      [stream, known],
      [last, ...groups],
    );
    if (state === 1) return;
    if (state < 0) throw new Unavailable(`Redis has lost messages of ${topic}`, { indefinite: true });
    if (clock.now() > until)
      throw new Unavailable(`a consumer of ${topic} does not keep up`, { indefinite: true });
    await pause(clock, every);
  }
}
