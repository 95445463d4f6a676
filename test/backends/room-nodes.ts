import type { RedisConnection } from '../../src/adapters/redis/connection/connection.ts';
import { redisLeases } from '../../src/adapters/redis/leases.ts';
import type { RoomLimits } from '../../src/adapters/redis/waiting-room/limits.ts';
import { migrate } from '../../src/adapters/sql/migrate.ts';
import { systemDigest } from '../../src/adapters/system/digest.ts';
import { systemRandom } from '../../src/adapters/system/random.ts';
import { roomsOnRedis } from '../../src/compose/rooms-on-redis.ts';
import type { Leases } from '../../src/core/leases.ts';
import type { RoomView } from '../../src/waiting-room/command.ts';
import type { Place } from '../../src/waiting-room/place.ts';
import type { WaitingRoomStore } from '../../src/waiting-room/ports/waiting-room-store.ts';
import { type Faults, withFaults } from './faults.ts';
import { HandClock } from './hand-clock.ts';
import { memoryConnection } from './memory-connection.ts';

export type RoomNews =
  | { type: 'places'; eventId: number; places: readonly Place[]; view: RoomView }
  | { type: 'room'; eventId: number; view: RoomView }
  | { type: 'missed'; eventId: number };

/** A node that has waiting rooms. */
export interface RoomNode {
  readonly store: WaitingRoomStore;
  readonly faults: Faults;
  readonly heard: RoomNews[];
  /** Whether it leads the room; from now on it tries to. */
  leads(eventId: number): boolean;
  /** Gives everything back, as a process that is stopped. */
  stop(): Promise<void>;
  /** Falls silent, as a process that is killed. */
  die(): void;
}

/** Several nodes on one Redis and one ledger. Rooms go by a clock that the test moves, leases by the real one. */
export interface RoomNodes {
  readonly clock: HandClock;
  /** `onTheWay` stands between the node and Redis. */
  node(options?: {
    onTheWay?: (connection: RedisConnection) => RedisConnection;
    limits?: Partial<RoomLimits>;
    /** A lease of a node that dies lasts so long. */
    leaseMillis?: number;
    /** Instead of those in Redis. */
    leases?: Leases;
  }): Promise<RoomNode>;
  stop(): Promise<void>;
}

/** Short, because the tests wait for it, and longer than a busy machine is silent. */
export const ROOM_LEASE_MILLIS = 1_500;

export async function roomNodes(connect: () => Promise<RedisConnection>): Promise<RoomNodes> {
  const sql = memoryConnection();
  await migrate(sql);
  const clock = new HandClock();
  const random = systemRandom();
  const digest = systemDigest();
  const endings = new Set<() => unknown>();
  return {
    clock,
    async node({ onTheWay = (connection: RedisConnection) => connection, limits, ...more } = {}) {
      const toRedis = await connect();
      const connection = onTheWay(toRedis);
      const { connection: ledger, faults } = withFaults({ ...sql, close: async () => undefined });
      const heard: RoomNews[] = [];
      const termMillis = more.leaseMillis ?? ROOM_LEASE_MILLIS;
      const leases = more.leases ?? redisLeases({ connection, random, termMillis });
      const rooms = roomsOnRedis(
        { connection, leases, clock, random, ledger, ...(limits && { limits }) },
        {
          digest,
          announcements: {
            placesMoved: (eventId, places, view) => heard.push({ type: 'places', eventId, places, view }),
            roomChanged: (eventId, view) => heard.push({ type: 'room', eventId, view }),
            missed: (eventId) => heard.push({ type: 'missed', eventId }),
          },
        },
      );
      const die = () => toRedis.close();
      const stop = async () => {
        await rooms.close();
        toRedis.close();
      };
      endings.add(die);
      return {
        store: rooms.store,
        faults,
        heard,
        stop,
        die,
        leads: (eventId) => rooms.led([eventId]).includes(eventId),
      };
    },
    async stop() {
      for (const end of endings) await end();
      await sql.close();
    },
  };
}
