import { embeddedEventBus } from '../../src/adapters/embedded/event-bus.ts';
import { kafkaConnection } from '../../src/adapters/kafka/connection.ts';
import { kafkaEventBus } from '../../src/adapters/kafka/event-bus.ts';
import type { KafkaOptions } from '../../src/adapters/kafka/options.ts';
import { redisConnection } from '../../src/adapters/redis/connection/connection.ts';
import type { RedisOptions } from '../../src/adapters/redis/connection/options.ts';
import { redisEventBus } from '../../src/adapters/redis/event-bus/event-bus.ts';
import { redisLeases } from '../../src/adapters/redis/leases.ts';
import { groupCommitter } from '../../src/adapters/sql/commits/group-committer.ts';
import { sqlDeadLetters } from '../../src/adapters/sql/messages/dead-letters.ts';
import { migrate } from '../../src/adapters/sql/migrate.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { systemRandom } from '../../src/adapters/system/random.ts';
import type { DeadLetter, DeadLetters, EventBus } from '../../src/core/message.ts';
import type { DeadLetterStore } from '../../src/dead-letter/ports/dead-letter-store.ts';
import { type BusProcess, busProcess } from './bus-process.ts';
import { memoryConnection } from './memory-connection.ts';
import { kafkaAbsent, kafkaServer } from './servers/kafka.ts';
import { PATIENT, redisAbsent, redisCluster, redisServer } from './servers/redis.ts';

/** One node's way to the bus. */
export interface BusNode {
  bus: EventBus;
  close(): Promise<void>;
}

export interface BusRunning {
  /** Adds a node. Embedded there is but one. */
  node(): Promise<BusNode>;
  /** A process of its own that listens, and never finishes with a message whose body is `stall`. */
  process(topic: string, consumer: string, options?: { atOnce?: number }): Promise<BusProcess>;
  /** What all nodes gave up. */
  letters(): Promise<DeadLetter[]>;
  /** Puts something on a topic that is no message of ours. */
  litter(topic: string): Promise<void>;
  stop(): Promise<void>;
}

export interface Bus {
  readonly name: string;
  readonly manyNodes: boolean;
  /** What publish waits for: that every consumer has taken the messages, or that a broker keeps them. */
  readonly publishedIs: 'taken' | 'kept';
  absent(): string | undefined;
  start(): Promise<BusRunning>;
}

/** Who is silent for so long is taken for dead. Short, because tests wait for it. */
const SILENT_MILLIS = 1_500;

async function letterBox(): Promise<{ store: DeadLetterStore; close(): Promise<void> }> {
  const connection = memoryConnection();
  await migrate(connection);
  return { store: sqlDeadLetters(groupCommitter(connection)), close: () => connection.close() };
}

const embeddedBus: Bus = {
  name: 'embedded',
  manyNodes: false,
  publishedIs: 'taken',
  absent: () => undefined,
  async start() {
    const box = await letterBox();
    const bus = embeddedEventBus({ clock: systemClock(), deadLetters: box.store });
    const alone = () => Promise.reject(new Error('there is but one process'));
    return {
      node: async () => ({ bus, close: async () => undefined }),
      letters: () => box.store.latest(100),
      process: alone,
      litter: alone,
      stop: () => box.close(),
    };
  },
};

/** How a node of each kind of bus is opened, here or in a process of its own. */
export type BusPlace = { kind: 'redis'; options: RedisOptions } | { kind: 'kafka'; options: KafkaOptions };

export async function busAt(place: BusPlace, deadLetters: DeadLetters): Promise<BusNode> {
  const clock = systemClock();
  if (place.kind === 'kafka') {
    const connection = await kafkaConnection(place.options, clock);
    return { bus: kafkaEventBus({ connection, clock, deadLetters }), close: () => connection.close() };
  }
  const connection = await redisConnection({ ...place.options, limits: PATIENT });
  const random = systemRandom();
  const leases = redisLeases({ connection, random, termMillis: SILENT_MILLIS });
  const limits = { silentMillis: SILENT_MILLIS };
  const bus = redisEventBus({ connection, clock, random, leases, deadLetters, limits });
  return {
    bus,
    async close() {
      await bus.close();
      await leases.close();
      connection.close();
    },
  };
}

interface Server {
  place: BusPlace;
  litter(topic: string): Promise<void>;
  stop(): Promise<void>;
}

function onServer(about: Pick<Bus, 'name' | 'publishedIs' | 'absent'>, serve: () => Promise<Server>): Bus {
  return {
    ...about,
    manyNodes: true,
    async start() {
      const { place, litter, stop } = await serve();
      const box = await letterBox();
      const closings: (() => Promise<void> | void)[] = [];
      return {
        litter,
        async node() {
          const node = await busAt(place, box.store);
          closings.push(node.close);
          return node;
        },
        async process(topic, consumer, { atOnce = 1 } = {}) {
          const process = await busProcess(place, { topic, consumer, atOnce });
          closings.push(process.kill);
          return process;
        },
        letters: () => box.store.latest(100),
        async stop() {
          await Promise.all(closings.map((close) => close()));
          await stop();
          await box.close();
        },
      };
    },
  };
}

async function redisServed(): Promise<Server> {
  const server = await redisServer();
  return {
    place: { kind: 'redis', options: { servers: { kind: 'single', address: server.address } } },
    litter: async (topic) => void (await server.command(...garbage(topic))),
    stop: () => server.stop(),
  };
}

async function clusterServed(): Promise<Server> {
  const cluster = await redisCluster();
  return {
    place: { kind: 'redis', options: cluster.options },
    litter: async (topic) => void (await cluster.nodes[0]?.command('-c', ...garbage(topic))),
    stop: () => cluster.stop(),
  };
}

const garbage = (topic: string) => ['xadd', `ticketing:{bus:${topic}}:stream`, '*', 'what', 'garbage'];

async function kafkaServed(): Promise<Server> {
  const server = await kafkaServer();
  const limits = { sessionMillis: SILENT_MILLIS, heartbeatMillis: 200, retryMillis: 100 };
  const options = { brokers: [server.broker], limits };
  return {
    place: { kind: 'kafka', options },
    async litter(topic) {
      const connection = await kafkaConnection(options, systemClock());
      await connection.send([{ topic, key: 'one key', value: 'garbage', headers: {} }]);
      await connection.close();
    },
    stop: () => server.stop(),
  };
}

/** Every bus there is. */
export const BUSES: readonly Bus[] = [
  embeddedBus,
  onServer({ name: 'redis', publishedIs: 'taken', absent: redisAbsent }, redisServed),
  onServer({ name: 'redis-cluster', publishedIs: 'taken', absent: redisAbsent }, clusterServed),
  onServer({ name: 'kafka', publishedIs: 'kept', absent: kafkaAbsent }, kafkaServed),
];
