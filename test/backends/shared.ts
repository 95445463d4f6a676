import { setTimeout as delay } from 'node:timers/promises';
import { embeddedBuyerNews } from '../../src/adapters/embedded/buyer-news.ts';
import { embeddedClaimNews } from '../../src/adapters/embedded/claim-news.ts';
import { embeddedLeases } from '../../src/adapters/embedded/leases.ts';
import { embeddedLocks } from '../../src/adapters/embedded/locks.ts';
import { embeddedMapBoard } from '../../src/adapters/embedded/map-board.ts';
import { embeddedRequestNews } from '../../src/adapters/embedded/request-news.ts';
import { embeddedSeriesLineStore } from '../../src/adapters/embedded/series-line-store.ts';
import { embeddedStreamTicketStore } from '../../src/adapters/embedded/stream-ticket-store.ts';
import { redisBuyerNews } from '../../src/adapters/redis/buyer-news.ts';
import { redisClaimNews } from '../../src/adapters/redis/claim-news.ts';
import { type RedisConnection, redisConnection } from '../../src/adapters/redis/connection/connection.ts';
import type { RedisOptions } from '../../src/adapters/redis/connection/options.ts';
import { redisLeases } from '../../src/adapters/redis/leases.ts';
import { redisLocks } from '../../src/adapters/redis/locks.ts';
import { redisMapBoard } from '../../src/adapters/redis/map-board.ts';
import { redisRequestNews } from '../../src/adapters/redis/request-news.ts';
import { redisSeriesLineStore } from '../../src/adapters/redis/series-line-store.ts';
import { redisSpendingNews } from '../../src/adapters/redis/spending-news.ts';
import { redisStreamTicketStore } from '../../src/adapters/redis/stream-ticket-store.ts';
import { groupCommitter } from '../../src/adapters/sql/commits/group-committer.ts';
import { migrate } from '../../src/adapters/sql/migrate.ts';
import { sqlSeriesLineLedger } from '../../src/adapters/sql/waiting-room/series-line-ledger.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { systemRandom } from '../../src/adapters/system/random.ts';
import type { Leases } from '../../src/core/leases.ts';
import type { Locks } from '../../src/core/locks.ts';
import type { SpendingNews } from '../../src/http/ports/spending-news.ts';
import type { StreamTicketStore } from '../../src/http/ports/stream-ticket-store.ts';
import type { BuyerNews } from '../../src/realtime/ports/buyer-news.ts';
import type { MapBoard } from '../../src/realtime/ports/map-board.ts';
import type { RequestNews } from '../../src/request-queue/ports/request-news.ts';
import type { ClaimNews } from '../../src/reservation/ports/claim-news.ts';
import type { SeriesLineStore } from '../../src/waiting-room/series-line/ports/series-line-store.ts';
import { memoryConnection } from './memory-connection.ts';
import {
  PATIENT,
  type RedisServer,
  redisAbsent,
  redisCluster,
  redisSentinel,
  redisServer,
  sentinelAbsent,
} from './servers/redis.ts';
import { simulatedRedis } from './simulated-redis.ts';
import { LINE_TERMS } from './sql-ports.ts';

/** The ports through which nodes deal with each other. */
export interface Node {
  locks: Locks;
  leases: Leases;
  board: MapBoard;
  claimNews: ClaimNews;
  requestNews: RequestNews;
  buyerNews: BuyerNews;
  seriesLines: SeriesLineStore;
  streamTickets: StreamTicketStore;
  /** Absent where there cannot be a second node. */
  spendingNews?: SpendingNews;
  /** Falls silent, as a process that is killed: gives nothing back. */
  die(): void;
}

/** A back end that several nodes share. */
export interface SharedRunning {
  /** Adds a node. Embedded there is but one: everybody gets the same. */
  node(): Promise<Node>;
  /** Lets so much time pass. */
  elapse(millis: number): Promise<void>;
  /** The back end forgets everything. */
  forget(): Promise<void>;
  /** Another server takes the place of the one that has these keys. */
  promote(key: string): Promise<void>;
  stop(): Promise<void>;
}

export interface Shared {
  readonly name: string;
  /** Whether there can be a second node. */
  readonly manyNodes: boolean;
  /** What can happen to it, apart from its nodes. */
  readonly losses: readonly ('forget' | 'promote')[];
  /** Why it cannot run here; undefined when it can. */
  absent(): string | undefined;
  start(): Promise<SharedRunning>;
}

/** Short, because the tests wait for them to pass; longer than a process of a busy machine is silent. */
export const LOCK_LIMITS = { timeoutMillis: 1_200, waitMillis: 300 };
export const LEASE_TERM_MILLIS = 1_500;
export const STREAM_TICKET_LIMITS = { lifetimeMillis: 1_000, waitingMax: 20 };

/** Timers may fire a millisecond early, and a server's clock is another one. */
const CLOCKS_DIFFER_MILLIS = 20;
const elapsed = (millis: number): Promise<void> => delay(millis + CLOCKS_DIFFER_MILLIS);

export const embeddedShared: Shared = {
  name: 'embedded',
  manyNodes: false,
  losses: [],
  absent: () => undefined,
  async start() {
    const clock = systemClock();
    const random = systemRandom();
    const connection = memoryConnection();
    await migrate(connection);
    const ledger = groupCommitter(connection);
    const node: Node = {
      locks: embeddedLocks({ clock, random, limits: LOCK_LIMITS }),
      leases: embeddedLeases(clock),
      board: embeddedMapBoard(),
      claimNews: embeddedClaimNews(),
      requestNews: embeddedRequestNews(),
      buyerNews: embeddedBuyerNews(),
      seriesLines: embeddedSeriesLineStore({ clock, terms: LINE_TERMS, ledger: sqlSeriesLineLedger(ledger) }),
      streamTickets: embeddedStreamTicketStore({ clock, limits: STREAM_TICKET_LIMITS }),
      die: () => undefined,
    };
    return {
      node: async () => node,
      elapse: elapsed,
      forget: () => Promise.reject(new Error('it ends with its process')),
      promote: () => Promise.reject(new Error('there is no other')),
      stop: async () => undefined,
    };
  },
};

/** One Redis in each of its shapes. */
export const SHARED_REDIS: readonly Shared[] = [
  onRedis({ name: 'redis', absent: redisAbsent, losses: ['forget'] }, async () => {
    const server = await redisServer();
    return {
      options: { servers: { kind: 'single', address: server.address } },
      servers: [server],
      promote: () => Promise.reject(new Error('there is no other')),
      stop: () => server.stop(),
    };
  }),
  onRedis({ name: 'redis-cluster', absent: redisAbsent, losses: ['forget', 'promote'] }, async () => {
    const cluster = await redisCluster();
    return { ...cluster, servers: cluster.nodes, promote: (key) => cluster.promote(key, 'forced') };
  }),
  onRedis({ name: 'redis-sentinel', absent: sentinelAbsent, losses: ['forget', 'promote'] }, async () => {
    const pair = await redisSentinel();
    return { ...pair, servers: [pair.servers.master, pair.servers.replica] };
  }),
];

/** The simulation's, in real time. */
export const SHARED_SIMULATED: Shared = shared(
  { name: 'redis-simulated', absent: () => undefined, losses: ['forget'] },
  async () => {
    const redis = simulatedRedis();
    return {
      connect: async () => redis.connect({ isAlive: true, atEnd: () => undefined }),
      forget: async () => redis.server.forgetSince(0),
      promote: () => Promise.reject(new Error('there is no other')),
      stop: async () => undefined,
    };
  },
);

interface Servers {
  options: RedisOptions;
  servers: readonly RedisServer[];
  promote(key: string): Promise<void>;
  stop(): Promise<void>;
}

interface Redis extends Pick<SharedRunning, 'forget' | 'promote' | 'stop'> {
  connect(): Promise<RedisConnection>;
}

type About = Pick<Shared, 'name' | 'absent' | 'losses'>;

function onRedis(about: About, start: () => Promise<Servers>): Shared {
  return shared(about, async () => {
    const { options, servers, promote, stop } = await start();
    return {
      connect: () => redisConnection({ ...options, limits: PATIENT }),
      async forget() {
        // A replica refuses, and is emptied by its master.
        for (const server of servers) await server.command('flushall');
      },
      promote,
      stop,
    };
  });
}

function shared(about: About, start: () => Promise<Redis>): Shared {
  return {
    ...about,
    manyNodes: true,
    async start() {
      const { connect, forget, promote, stop } = await start();
      const closings = new Set<() => void>();
      const clock = systemClock();
      const random = systemRandom();
      return {
        async node() {
          const connection = await connect();
          const board = redisMapBoard({ connection, random });
          const claimNews = redisClaimNews({ connection, random });
          const prefix = connection.isCluster ? '{waiting-queue}:' : '';
          const requestNews = redisRequestNews({ connection, clock, random });
          const buyerNews = redisBuyerNews({ connection, clock, random });
          const die = () => {
            board.close();
            claimNews.close();
            requestNews.close();
            buyerNews.close();
            connection.close();
          };
          closings.add(die);
          return {
            locks: redisLocks({ connection, clock, random, limits: LOCK_LIMITS }),
            leases: redisLeases({ connection, random, termMillis: LEASE_TERM_MILLIS }),
            board,
            claimNews,
            requestNews,
            buyerNews,
            die,
            seriesLines: redisSeriesLineStore({ connection, terms: LINE_TERMS, prefix }),
            spendingNews: redisSpendingNews({ connection, random }),
            streamTickets: redisStreamTicketStore({ connection, limits: STREAM_TICKET_LIMITS }),
          };
        },
        elapse: elapsed,
        forget,
        promote,
        async stop() {
          for (const close of closings) close();
          await stop();
        },
      };
    },
  };
}
