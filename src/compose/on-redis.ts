import { redisBuyerNews } from '../adapters/redis/buyer-news.ts';
import { redisCatalogNews } from '../adapters/redis/catalog-news.ts';
import { redisClaimNews } from '../adapters/redis/claim-news.ts';
import type { RedisConnection } from '../adapters/redis/connection/connection.ts';
import { redisEventBus } from '../adapters/redis/event-bus/event-bus.ts';
import { redisLeases } from '../adapters/redis/leases.ts';
import { redisLocks } from '../adapters/redis/locks.ts';
import { redisMapBoard } from '../adapters/redis/map-board.ts';
import { redisRequestDelivery } from '../adapters/redis/request-delivery.ts';
import { redisRequestNews } from '../adapters/redis/request-news.ts';
import { followedHoldHistory } from '../adapters/redis/seat-store/hold-history.ts';
import { lookAfterSeats } from '../adapters/redis/seat-store/jobs.ts';
import { redisSeatStore } from '../adapters/redis/seat-store/seat-store.ts';
import { redisSeedNames } from '../adapters/redis/seed-names.ts';
import { redisSeriesLineNews } from '../adapters/redis/series-line-news.ts';
import { redisSeriesLineStore } from '../adapters/redis/series-line-store.ts';
import { redisSpendingNews } from '../adapters/redis/spending-news.ts';
import { redisStreamTicketStore } from '../adapters/redis/stream-ticket-store.ts';
import type { Database, SqlConnection } from '../adapters/sql/database.ts';
import { sqlDeadLetters } from '../adapters/sql/messages/dead-letters.ts';
import { sqlRequestStore } from '../adapters/sql/request-rows/request-store.ts';
import { sqlHoldBlocks } from '../adapters/sql/seats/hold-blocks.ts';
import { sqlHoldHistory } from '../adapters/sql/seats/hold-history.ts';
import { sqlSharedSeatLedger } from '../adapters/sql/seats/shared-seat-ledger.ts';
import { type Clock, SECOND } from '../core/clock.ts';
import type { Leases } from '../core/leases.ts';
import type { EventBus } from '../core/message.ts';
import type { Random } from '../core/random.ts';
import { STREAM_TICKET_LIMITS } from '../http/streams/stream-tickets.ts';
import type { RequestDelivery } from '../request-queue/ports/request-delivery.ts';
import type { AtomicSeats, AtomicSeatsNeeds, Ground } from './ground.ts';
import { ORDER_LOCKS } from './order-locks.ts';
import { roomsOnRedis } from './rooms-on-redis.ts';

/** A node that is silent for so long has lost what it leads. */
const LEASE_TERM = 5 * SECOND;
/** A node that serves a queue and is silent for so long is replaced. */
const SERVING_TERM = 10 * SECOND;

export interface OnRedisNeeds {
  connection: RedisConnection;
  clock: Clock;
  random: Random;
  database: Database;
  /** What `database` writes to. */
  ledger: SqlConnection;
  lockTimeoutSeconds: number;
  /** Instead of the streams of Redis. */
  requestDelivery?: RequestDelivery | undefined;
  bus?: EventBus | undefined;
}

/** Claims and everything that nodes share in one Redis. */
export function onRedis(needs: OnRedisNeeds): Ground {
  const { connection, clock, random, lockTimeoutSeconds } = needs;
  const limits = { timeoutMillis: lockTimeoutSeconds * SECOND, waitMillis: 3 * SECOND };
  const board = redisMapBoard({ connection, random });
  const editionBoard = redisMapBoard({ connection, random, name: 'updates' });
  const leases = redisLeases({ connection, random, termMillis: LEASE_TERM });
  const claimNews = redisClaimNews({ connection, random });
  const streams = redisRequestDelivery({ connection, clock, random, termMillis: SERVING_TERM });
  const deadLetters = sqlDeadLetters(needs.database);
  const busStreams = redisEventBus({ connection, clock, random, leases, deadLetters });
  const requestNews = redisRequestNews({ connection, clock, random });
  const buyerNews = redisBuyerNews({ connection, clock, random });
  const closings: (() => Promise<void>)[] = [];
  return {
    locks: redisLocks({ connection, clock, random, limits }),
    orderLocks: redisLocks({ connection, clock, random, limits: ORDER_LOCKS }),
    leases,
    board,
    editionBoard,
    catalogNews: redisCatalogNews(connection),
    claimNews,
    bus: needs.bus ?? busStreams,
    requestDelivery: needs.requestDelivery ?? streams,
    requestNews,
    buyerNews,
    streamTickets: redisStreamTicketStore({ connection, limits: STREAM_TICKET_LIMITS }),
    spendingNews: redisSpendingNews({ connection, random }),
    isShared: true,
    atomicSeats(seats) {
      const atomic = seatsOnRedis({ ...needs, leases }, seats);
      closings.push(atomic.close);
      return atomic;
    },
    requestStore({ dequeues, ...queue }) {
      const { database } = needs;
      const store = sqlRequestStore({ database, clock, random, ...queue, ...(dequeues && { dequeues }) });
      closings.push(() => store.close());
      return store;
    },
    rooms(rooms) {
      const here = roomsOnRedis({ ...needs, leases }, rooms);
      closings.push(here.close);
      return here;
    },
    seriesLines: (terms) => ({
      // The names stand alone where they can; all of them in one slot where they must.
      store: redisSeriesLineStore({
        connection,
        terms,
        prefix: connection.isCluster ? '{waiting-queue}:' : '',
      }),
      news: redisSeriesLineNews({ connection, random }),
    }),
    seedNames: (reading) => redisSeedNames({ connection, clock, random }, reading),
    async close() {
      // First of all nothing more is begun.
      await Promise.all([streams.close(), busStreams.close()]);
      for (const close of closings) await close();
      board.close();
      editionBoard.close();
      claimNews.close();
      requestNews.close();
      buyerNews.close();
      await leases.close();
    },
  };
}

function seatsOnRedis(
  { connection, clock, random, database, leases }: OnRedisNeeds & { leases: Leases },
  { halls, commands, announcements, isOurs }: AtomicSeatsNeeds,
): AtomicSeats & { close(): Promise<void> } {
  const ledger = sqlSharedSeatLedger(database);
  const eventsWithLiveHolds = async () => (await ledger.eventsWithLiveHolds()).filter(isOurs);
  const store = redisSeatStore({
    connection,
    clock,
    random,
    halls,
    commands,
    announcements,
    isOurs,
    ledger: { ...ledger, eventsWithLiveHolds },
    holdBlocks: sqlHoldBlocks(database),
  });
  return {
    store,
    history: followedHoldHistory(sqlHoldHistory(database), store),
    settled: (eventId) => store.settled(eventId),
    adopt: (eventId) => store.adopt(eventId),
    startJobs: () => [lookAfterSeats(store, { clock, leases })],
    close: () => store.close(),
  };
}
