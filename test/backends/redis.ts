import { type RedisConnection, redisConnection } from '../../src/adapters/redis/connection/connection.ts';
import type { RedisOptions } from '../../src/adapters/redis/connection/options.ts';
import { redisLeases } from '../../src/adapters/redis/leases.ts';
import { followedHoldHistory } from '../../src/adapters/redis/seat-store/hold-history.ts';
import type { AuthorityTime } from '../../src/adapters/redis/seat-store/scripts.ts';
import { redisSeatStore } from '../../src/adapters/redis/seat-store/seat-store.ts';
import { independentCommitter } from '../../src/adapters/sql/commits/independent-committer.ts';
import type { SqlConnection } from '../../src/adapters/sql/database.ts';
import { sqlHoldBlocks } from '../../src/adapters/sql/seats/hold-blocks.ts';
import { sqlSharedSeatLedger } from '../../src/adapters/sql/seats/shared-seat-ledger.ts';
import { systemDigest } from '../../src/adapters/system/digest.ts';
import { roomsOnRedis } from '../../src/compose/rooms-on-redis.ts';
import type { Announced, Backend, Running } from './backend.ts';
import { dice } from './dice.ts';
import { withFaults } from './faults.ts';
import { HandClock } from './hand-clock.ts';
import { memoryConnection } from './memory-connection.ts';
import { restarting } from './running.ts';
import { PATIENT, redisAbsent, redisCluster, redisServer } from './servers/redis.ts';
import { simulatedConnection } from './simulated-connection.ts';
import { simulatedRedis } from './simulated-redis.ts';
import { announcementsInto, hallOf, SILENT, sqlPorts } from './sql-ports.ts';
import { withTables } from './with-tables.ts';

/** One Redis; a restart of the program finds it as it was. */
export const redis = onRedis('redis', async () => {
  const server = await redisServer();
  return { options: { servers: { kind: 'single', address: server.address } }, stop: () => server.stop() };
});

/** Three masters, each with a replica. */
export const redisOnCluster = onRedis('redis-cluster', redisCluster);

/** The simulation's Redis, which runs the same scripts in this process, and its ledger. */
export const redisSimulated: Backend = {
  name: 'redis-simulated',
  claimsAre: 'in a server',
  absent: () => undefined,
  async start() {
    const redis = simulatedRedis();
    const connect = async () => redis.connect({ isAlive: true, atEnd: () => undefined });
    return seatsOnRedis({ connect, stop: async () => undefined }, simulatedConnection());
  },
};

export interface RedisServers {
  connect(): Promise<RedisConnection>;
  stop(): Promise<void>;
}

/** The scripts take the time that the test's clock shows, instead of the server's. */
function timeOf(clock: HandClock): AuthorityTime {
  return {
    lua: 'local function authority_time() return ARGV[#ARGV] end',
    args: () => [String(clock.now())],
  };
}

const LEASE_TERM_MILLIS = 600;

/** Seats on Redis, and a ledger that a restarted program finds again: SQLite in memory. */
function onRedis(
  name: string,
  serve: () => Promise<{ options: RedisOptions; stop(): Promise<void> }>,
): Backend {
  return {
    name,
    claimsAre: 'in a server',
    absent: redisAbsent,
    async start() {
      const { options, stop } = await serve();
      return seatsOnRedis({ connect: () => redisConnection({ ...options, limits: PATIENT }), stop });
    },
  };
}

export async function seatsOnRedis(
  { connect, stop }: RedisServers,
  ofItsOwn?: SqlConnection,
): Promise<Running> {
  const clock = new HandClock();
  const ledger = ofItsOwn ?? (await withTables(memoryConnection()));
  let starts = 100;
  const start = async () => {
    const { connection, faults } = withFaults({ ...ledger, close: async () => undefined });
    const announced: Announced[] = [];
    const ports = await sqlPorts(connection, { clock, announced });
    const toRedis = await connect();
    const database = independentCommitter(connection);
    const seatStore = redisSeatStore(
      {
        connection: toRedis,
        clock,
        random: dice(++starts),
        halls: { hall: (eventId) => hallOf(ports.catalogStore, eventId) },
        ledger: sqlSharedSeatLedger(database),
        holdBlocks: sqlHoldBlocks(database),
        commands: ports.commandLog,
        announcements: announcementsInto(announced),
      },
      timeOf(clock),
    );
    const holdHistory = followedHoldHistory(ports.holdHistory, seatStore);
    const random = dice(starts);
    const leases = redisLeases({ connection: toRedis, random, termMillis: LEASE_TERM_MILLIS });
    const rooms = roomsOnRedis(
      { connection: toRedis, leases, clock, random, ledger: connection },
      { digest: systemDigest(), announcements: SILENT },
    );
    const end = async () => {
      await seatStore.close();
      await rooms.close();
      toRedis.close();
    };
    const kept = { ...ports, seatStore, holdHistory, waitingRoomStore: rooms.store };
    return { faults, announced, settled: () => seatStore.settled(), end, ports: kept };
  };
  const afterStop = async () => {
    await stop();
    await ledger.close();
  };
  return restarting(start, { clock, afterStop });
}
