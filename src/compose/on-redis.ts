import { redisCatalogNews } from '../adapters/redis/catalog-news.ts';
import { redisClaimNews } from '../adapters/redis/claim-news.ts';
import type { RedisConnection } from '../adapters/redis/connection.ts';
import { redisLeases } from '../adapters/redis/leases.ts';
import { redisLocks } from '../adapters/redis/locks.ts';
import { redisMapBoard } from '../adapters/redis/map-board.ts';
import { followedHoldHistory } from '../adapters/redis/seat-store/hold-history.ts';
import { lookAfterSeats } from '../adapters/redis/seat-store/jobs.ts';
import { redisSeatStore } from '../adapters/redis/seat-store/seat-store.ts';
import type { Database } from '../adapters/sql/database.ts';
import { sqlHoldBlocks } from '../adapters/sql/hold-blocks.ts';
import { sqlHoldHistory } from '../adapters/sql/hold-history.ts';
import { sqlSharedSeatLedger } from '../adapters/sql/shared-seat-ledger.ts';
import { type Clock, SECOND } from '../core/clock.ts';
import type { Leases } from '../core/leases.ts';
import type { Random } from '../core/random.ts';
import type { AtomicSeats, AtomicSeatsNeeds, Ground } from './ground.ts';

/** A node that is silent for so long has lost what it leads. */
const LEASE_TERM = 5 * SECOND;

export interface OnRedisNeeds {
  connection: RedisConnection;
  clock: Clock;
  random: Random;
  database: Database;
  lockTimeoutSeconds: number;
}

/** Claims and everything that nodes share in one Redis. */
export function onRedis(needs: OnRedisNeeds): Ground {
  const { connection, clock, random, lockTimeoutSeconds } = needs;
  const limits = { timeoutMillis: lockTimeoutSeconds * SECOND, waitMillis: 3 * SECOND };
  const board = redisMapBoard({ connection, random });
  const leases = redisLeases({ connection, random, termMillis: LEASE_TERM });
  const claimNews = redisClaimNews({ connection, random });
  const closings: (() => Promise<void>)[] = [];
  return {
    locks: redisLocks({ connection, clock, random, limits }),
    leases,
    board,
    catalogNews: redisCatalogNews(connection),
    claimNews,
    isShared: true,
    atomicSeats(seats) {
      const atomic = seatsOnRedis({ ...needs, leases }, seats);
      closings.push(atomic.close);
      return atomic;
    },
    async close() {
      for (const close of closings) await close();
      board.close();
      claimNews.close();
      await leases.close();
    },
  };
}

function seatsOnRedis(
  { connection, clock, random, database, leases }: OnRedisNeeds & { leases: Leases },
  { halls, announcements, isOurs }: AtomicSeatsNeeds,
): AtomicSeats & { close(): Promise<void> } {
  const ledger = sqlSharedSeatLedger(database);
  const eventsWithLiveHolds = async () => (await ledger.eventsWithLiveHolds()).filter(isOurs);
  const store = redisSeatStore({
    ...{ connection, clock, random, halls, announcements, isOurs },
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
