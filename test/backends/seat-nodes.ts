import { type RedisConnection, redisConnection } from '../../src/adapters/redis/connection/connection.ts';
import type { RedisOptions } from '../../src/adapters/redis/connection/options.ts';
import { type RedisSeatStore, redisSeatStore } from '../../src/adapters/redis/seat-store/seat-store.ts';
import { sqlCatalogStore } from '../../src/adapters/sql/catalog/catalog-store.ts';
import { sqlCommandLog } from '../../src/adapters/sql/command-log.ts';
import { independentCommitter } from '../../src/adapters/sql/commits/independent-committer.ts';
import type { SqlConnection } from '../../src/adapters/sql/database.ts';
import { blockIds } from '../../src/adapters/sql/ids.ts';
import { migrate } from '../../src/adapters/sql/migrate.ts';
import { sqlHoldBlocks } from '../../src/adapters/sql/seats/hold-blocks.ts';
import { sqlSharedSeatLedger } from '../../src/adapters/sql/seats/shared-seat-ledger.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { systemRandom } from '../../src/adapters/system/random.ts';
import { DAY } from '../../src/core/clock.ts';
import type { SharedSeatLedger } from '../../src/reservation/ports/shared-seat-ledger.ts';
import type { Announced } from './backend.ts';
import { type HallShape, openEvent } from './halls.ts';
import { memoryConnection } from './memory-connection.ts';
import { PATIENT } from './servers/redis.ts';
import { announcementsInto, hallOf } from './sql-ports.ts';

/** A node that sells seats; it has no clock of its own in this. */
export interface SeatNode {
  readonly seatStore: RedisSeatStore;
  readonly announced: Announced[];
  /** Falls silent, as a process that is killed. */
  die(): void;
}

/** Several nodes on one Redis and one ledger, in real time. */
export interface SeatNodes {
  readonly ledger: SharedSeatLedger;
  readonly sql: SqlConnection;
  node(between?: (connection: RedisConnection) => Pick<RedisConnection, 'runScript'>): Promise<SeatNode>;
  openEvent(shape: HallShape): Promise<{ eventId: number; seatIds: number[] }>;
  stop(): Promise<void>;
}

export async function seatNodes(options: RedisOptions): Promise<SeatNodes> {
  const sql = memoryConnection();
  await migrate(sql);
  const database = independentCommitter(sql);
  const clock = systemClock();
  const random = systemRandom();
  const ids = await blockIds(database, clock, random);
  const catalogStore = sqlCatalogStore(database);
  const ledger = sqlSharedSeatLedger(database);
  const endings: (() => void)[] = [];
  return {
    ledger,
    sql,
    async node(between = (connection) => connection) {
      const connection = await redisConnection({ ...options, limits: PATIENT });
      endings.push(() => connection.close());
      const announced: Announced[] = [];
      const toRedis = {
        ownClock: connection.ownClock,
        read: connection.read.bind(connection),
        write: connection.write.bind(connection),
        subscribe: connection.subscribe.bind(connection),
        runScript: between(connection).runScript.bind(connection),
      };
      const seatStore = redisSeatStore({
        connection: toRedis,
        clock,
        random,
        ledger,
        holdBlocks: sqlHoldBlocks(database),
        halls: { hall: (eventId) => hallOf(catalogStore, eventId) },
        commands: sqlCommandLog(database, clock, { keptMillis: DAY }),
        announcements: announcementsInto(announced),
        limits: { saleGraceMillis: 600, backlogMax: 500 },
      });
      return { seatStore, announced, die: () => connection.close() };
    },
    openEvent: (shape) => openEvent({ ports: { ids, catalogStore } }, shape),
    async stop() {
      for (const end of endings) end();
      await sql.close();
    },
  };
}
