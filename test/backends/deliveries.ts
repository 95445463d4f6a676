import { embeddedRequestDelivery } from '../../src/adapters/embedded/request-delivery.ts';
import { kafkaConnection } from '../../src/adapters/kafka/connection.ts';
import { kafkaRequestDelivery } from '../../src/adapters/kafka/request-delivery.ts';
import { type RedisConnection, redisConnection } from '../../src/adapters/redis/connection/connection.ts';
import type { RedisOptions } from '../../src/adapters/redis/connection/options.ts';
import { redisRequestDelivery } from '../../src/adapters/redis/request-delivery.ts';
import { groupCommitter } from '../../src/adapters/sql/commits/group-committer.ts';
import { sqlDeadLetters } from '../../src/adapters/sql/messages/dead-letters.ts';
import { migrate } from '../../src/adapters/sql/migrate.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { systemRandom } from '../../src/adapters/system/random.ts';
import type { RequestDelivery } from '../../src/request-queue/ports/request-delivery.ts';
import { memoryConnection } from './memory-connection.ts';
import { kafkaAbsent, kafkaServer } from './servers/kafka.ts';
import { PATIENT, type RedisServer, redisAbsent, redisCluster, redisServer } from './servers/redis.ts';
import { simulatedRedis } from './simulated-redis.ts';

/** One node's way to the queue's workers. */
export interface DeliveryNode {
  delivery: RequestDelivery;
  /** Falls silent, as a process that is killed. */
  die(): void;
}

export interface DeliveryRunning {
  /** Adds a node. Embedded there is but one. */
  node(): Promise<DeliveryNode>;
  /** Streams, where lanes are streams. */
  lanes: Lanes | undefined;
  stop(): Promise<void>;
}

/** Looks at an event's lanes, and spoils them. */
export interface Lanes {
  length(eventId: number, lane: string): Promise<number>;
  pending(eventId: number, lane: string): Promise<number>;
  /** What was put aside, as the server prints it. */
  aside(eventId: number): Promise<string>;
  /** Adds an entry that is no request. */
  litter(eventId: number, lane: string): Promise<void>;
  /** Puts something in the place of a lane that is no stream. */
  spoil(eventId: number, lane: string): Promise<void>;
  trim(eventId: number, lane: string): Promise<void>;
  forget(): Promise<void>;
}

export interface Delivery {
  readonly name: string;
  readonly manyNodes: boolean;
  /** A node that joins may be handed what another one is still at work on. */
  readonly movesWithJoining: boolean;
  absent(): string | undefined;
  start(): Promise<DeliveryRunning>;
}

/** Who is silent for so long is taken for dead. Short, because tests wait for it; longer than a busy machine is silent. */
export const DELIVERY_TERM_MILLIS = 2_000;

const embedded: Delivery = {
  name: 'embedded',
  manyNodes: false,
  movesWithJoining: false,
  absent: () => undefined,
  async start() {
    return {
      node: async () => ({
        delivery: embeddedRequestDelivery({ clock: systemClock() }),
        die: () => undefined,
      }),
      lanes: undefined,
      stop: async () => undefined,
    };
  },
};

/** Every delivery there is. A new one is added here, and the suite runs on it. */
export const DELIVERIES: readonly Delivery[] = [
  embedded,
  onRedis('redis', async () => {
    const server = await redisServer();
    return onServers({ servers: { kind: 'single', address: server.address } }, [server], server.stop);
  }),
  onRedis('redis-cluster', async () => {
    const { options, nodes, stop } = await redisCluster();
    return onServers(options, nodes, stop);
  }),
  onRedis(
    'redis-simulated',
    async () => {
      const redis = simulatedRedis();
      return {
        connect: async () => redis.connect({ isAlive: true, atEnd: () => undefined }),
        forget: async () => redis.server.forgetSince(0),
        stop: async () => undefined,
      };
    },
    () => undefined,
  ),
  onKafka(),
];

interface Redis extends Pick<Lanes, 'forget'> {
  connect(): Promise<RedisConnection>;
  stop(): Promise<void>;
}

function onServers(options: RedisOptions, servers: readonly RedisServer[], stop: () => Promise<void>): Redis {
  return {
    connect: () => redisConnection({ ...options, limits: PATIENT }),
    async forget() {
      // A replica refuses, and is emptied by its master.
      for (const server of servers) await server.command('flushall');
    },
    stop,
  };
}

function onRedis(name: string, serve: () => Promise<Redis>, absent = redisAbsent): Delivery {
  return {
    name,
    manyNodes: true,
    movesWithJoining: false,
    absent,
    async start() {
      const redis = await serve();
      const connections = new Set<RedisConnection>();
      const connect = async () => {
        const connection = await redis.connect();
        connections.add(connection);
        return connection;
      };
      const looking = await connect();
      return {
        async node() {
          const connection = await connect();
          const delivery = redisRequestDelivery({
            connection,
            clock: systemClock(),
            random: systemRandom(),
            termMillis: DELIVERY_TERM_MILLIS,
          });
          return { delivery, die: () => connection.close() };
        },
        lanes: lanesOn(looking, redis.forget),
        async stop() {
          for (const connection of connections) connection.close();
          await redis.stop();
        },
      };
    },
  };
}

/** Nodes that can be cut off, each by itself. */
const WAYS = 24;

function onKafka(): Delivery {
  return {
    name: 'kafka',
    manyNodes: true,
    movesWithJoining: true,
    absent: kafkaAbsent,
    async start() {
      const server = await kafkaServer({ ways: WAYS });
      const ledger = memoryConnection();
      await migrate(ledger);
      const deadLetters = sqlDeadLetters(groupCommitter(ledger));
      const clock = systemClock();
      const limits = { sessionMillis: DELIVERY_TERM_MILLIS, heartbeatMillis: 200, retryMillis: 100 };
      let nodes = 0;
      return {
        async node() {
          const way = server.ways[nodes++];
          if (!way) throw new Error('no way is left to the broker');
          const connection = await kafkaConnection({ brokers: [`127.0.0.1:${way.port}`], limits }, clock);
          const delivery = kafkaRequestDelivery({ connection, clock, deadLetters });
          return { delivery, die: () => way.stop() };
        },
        lanes: undefined,
        async stop() {
          await server.stop();
          await ledger.close();
        },
      };
    },
  };
}

function lanesOn(connection: RedisConnection, forget: Lanes['forget']): Lanes {
  const queueOf = (eventId: number) =>
    `ticketing:queue:${connection.isCluster ? `{${eventId}}` : String(eventId)}`;
  const keyOf = (eventId: number, lane: string) => `${queueOf(eventId)}:${lane}`;
  return {
    length: (eventId, lane) => connection.read(keyOf(eventId, lane), ['XLEN', keyOf(eventId, lane)]),
    async pending(eventId, lane) {
      const key = keyOf(eventId, lane);
      const [count] = await connection.read<[number]>(key, ['XPENDING', key, 'ticketing-workers']);
      return count;
    },
    async aside(eventId) {
      const key = keyOf(eventId, 'dead');
      return JSON.stringify(await connection.read(key, ['XRANGE', key, '-', '+']));
    },
    async litter(eventId, lane) {
      const key = keyOf(eventId, lane);
      await connection.write(key, ['XADD', key, '*', 'garbage', '{"price":']);
    },
    async spoil(eventId, lane) {
      const key = keyOf(eventId, lane);
      await connection.write(key, ['SET', key, 'no stream']);
    },
    async trim(eventId, lane) {
      const key = keyOf(eventId, lane);
      await connection.write(key, ['XTRIM', key, 'MAXLEN', '0']);
    },
    forget,
  };
}
