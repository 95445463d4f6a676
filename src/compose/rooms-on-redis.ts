import { embeddedWaitingRoomStore } from '../adapters/embedded/waiting-room-store.ts';
import type { RedisConnection } from '../adapters/redis/connection/connection.ts';
import { ledWaitingRooms } from '../adapters/redis/waiting-room/led-waiting-rooms.ts';
import type { RoomLimits } from '../adapters/redis/waiting-room/limits.ts';
import type { SqlConnection } from '../adapters/sql/database.ts';
import { takeRoom } from '../adapters/sql/waiting-room/led-room-ledger.ts';
import type { Clock } from '../core/clock.ts';
import type { Leases } from '../core/leases.ts';
import type { Random } from '../core/random.ts';
import type { RoomsHere, RoomsNeeds } from './ground.ts';

interface RoomsOnRedisNeeds {
  connection: RedisConnection;
  leases: Leases;
  clock: Clock;
  random: Random;
  ledger: SqlConnection;
  limits?: Partial<RoomLimits>;
}

/** Each room is led by one node, which keeps it in memory as a process alone would, under a fence in the ledger. */
export function roomsOnRedis(
  { connection, leases, clock, random, ledger, limits }: RoomsOnRedisNeeds,
  { digest, announcements }: RoomsNeeds,
): RoomsHere & { close(): Promise<void> } {
  const store = ledWaitingRooms({
    connection,
    leases,
    clock,
    random,
    announcements,
    ...(limits && { limits }),
    async take(room, told) {
      const taken = await takeRoom(ledger, room);
      if (!taken) return undefined;
      const { ledger: own, isLost } = taken;
      return { store: embeddedWaitingRoomStore({ clock, digest, announcements: told, ledger: own }), isLost };
    },
  });
  return { store, led: (gated) => store.led(gated), close: () => store.close() };
}
