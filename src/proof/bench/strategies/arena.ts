import { join } from 'node:path';
import { type DataFolder, dataFolder } from '../../../adapters/embedded/data-folder.ts';
import { redisClock } from '../../../adapters/redis/clock.ts';
import { groupCommitter } from '../../../adapters/sql/commits/group-committer.ts';
import { independentCommitter } from '../../../adapters/sql/commits/independent-committer.ts';
import type { Database } from '../../../adapters/sql/database.ts';
import { blockIds } from '../../../adapters/sql/ids.ts';
import { ledgerSeatStore } from '../../../adapters/sql/seat-rows/ledger-seat-store.ts';
import { systemClock } from '../../../adapters/system/clock.ts';
import { systemRandom } from '../../../adapters/system/random.ts';
import { inProcess } from '../../../compose/in-process.ts';
import { onRedis } from '../../../compose/on-redis.ts';
import { type Config, readConfig } from '../../../config.ts';
import type { ClaimWay } from '../../../core/claim-way.ts';
import type { Clock } from '../../../core/clock.ts';
import type { Ids } from '../../../core/ids.ts';
import type { Locks } from '../../../core/locks.ts';
import type { Random } from '../../../core/random.ts';
import { Unavailable } from '../../../core/unavailable.ts';
import { openLedger } from '../../../opening/ledger.ts';
import { openRedis } from '../../../opening/redis.ts';
import type { Announcements } from '../../../reservation/ports/announcements.ts';
import type { SeatStore } from '../../../reservation/ports/seat-store.ts';
import type { Seat } from '../../../reservation/seat.ts';
import { type BackEnds, environmentOf } from '../back-ends.ts';
import { countedRetries } from './counted-retries.ts';
import { hallOf } from './hall.ts';
import type { Way } from './ways.ts';

/** Back ends on which claims are contested, opened as the program itself opens them. */
export interface Arena {
  /** As operators know them. */
  readonly name: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: Ids;
  readonly database: Database;
  readonly locks: Locks;
  readonly atomic: SeatStore;
  readonly rows: SeatStore;
  /** Decisions thrown away since it was opened. */
  retries(): number;
  /** Makes an event whose claims are kept apart in this way; nothing of it is left to be made by the first claim. */
  openHall(way: Way, seats: number): Promise<OpenHall>;
  close(): Promise<void>;
}

export interface OpenHall {
  eventId: number;
  seatIds: number[];
}

export interface ArenaOptions extends BackEnds {
  folder: string;
  /** Connections to a ledger on a server. */
  pool: number;
}

/** Throws Unavailable with a sentence for who gave the addresses. */
export async function openArena({ folder, pool, ...backEnds }: ArenaOptions): Promise<Arena> {
  const config = configOf({
    ...environmentOf(backEnds),
    DATA_DIR: join(folder, 'data'),
    DATABASE_POOL_SIZE: String(pool),
  });
  const opened: { close(): unknown }[] = [];
  const close = async () => {
    for (let last = opened.pop(); last; last = opened.pop()) await last.close();
  };
  try {
    const data = dataFolder(config.dataDir);
    opened.push({ close: () => data.release() });
    return { ...(await open(config, data, opened)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function open(
  config: Config,
  folder: DataFolder,
  opened: { close(): unknown }[],
): Promise<Omit<Arena, 'close'>> {
  const random = systemRandom();
  const ledger = await openLedger(config, { folder, clock: systemClock(), random });
  opened.push(ledger);
  const { connection, retries } = countedRetries(ledger.connection);
  const redis = await openRedis(config);
  if (redis) opened.push(redis);
  const followed = redis && (await redisClock(redis, { own: systemClock() }));
  if (followed) opened.push({ close: () => followed.stop() });
  const clock = followed ?? systemClock();
  const database = redis ? independentCommitter(connection) : groupCommitter(connection);
  opened.push({ close: () => database.settled() });
  const standing = { clock, random, database, lockTimeoutSeconds: config.backEnds.lockTimeoutSeconds };
  const ground = redis
    ? onRedis({ ...standing, connection: redis, ledger: connection })
    : inProcess(standing);
  opened.push(ground);
  const ids = await blockIds(database, clock, random);

  const seatsOf = new Map<number, readonly Seat[]>();
  const strategies = new Map<number, ClaimWay>();
  const halls = {
    async hall(eventId: number) {
      const seats = seatsOf.get(eventId);
      return seats && { seats, numbered: true };
    },
  };
  const { store: atomic } = ground.atomicSeats({
    halls,
    ids,
    announcements: SILENT,
    // No claim here has a key.
    commands: { find: async () => undefined },
    isOurs: () => true,
  });
  const rows = ledgerSeatStore({
    database,
    clock,
    ids,
    halls,
    announcements: SILENT,
    locks: ground.locks,
    news: ground.claimNews,
    strategyOf: (eventId) => strategies.get(eventId),
    events: () => [],
  });
  return {
    name: redis ? `Redis + ${connection.dialect.name}` : connection.dialect.name,
    clock,
    random,
    ids,
    database,
    locks: ground.locks,
    atomic,
    rows,
    retries,
    async openHall(way, count) {
      const { eventId, seats } = await hallOf({ ids, random, clock }, count);
      seatsOf.set(eventId, seats);
      if (isClaimWay(way)) strategies.set(eventId, way);
      const seatIds = seats.map(({ seatId }) => seatId);
      const store = way === 'atomic' ? atomic : rows;
      await store.seats(eventId, seatIds.slice(0, 1));
      await store.offer(eventId, { size: 1 });
      return { eventId, seatIds };
    },
  };
}

const SILENT: Announcements = { seatsMoved: () => undefined, seatsReloaded: () => undefined };

function isClaimWay(way: Way): way is ClaimWay {
  return way === 'pessimistic' || way === 'optimistic' || way === 'distributed_lock';
}

function configOf(environment: Record<string, string>): Config {
  const read = readConfig(environment);
  if ('errors' in read) throw new Unavailable(read.errors.join('; '));
  return read.config;
}
