import type { CatalogService } from '../catalog/service.ts';
import { MINUTE, type Millis } from '../core/clock.ts';
import type { Rooms } from '../waiting-room/ports/rooms.ts';
import type { RoomTerms } from '../waiting-room/terms.ts';

/** Nobody waits for anything but a free place. */
const AT_ONCE = 100_000;

/**
 * The rooms that the rush edition's buyers come through: an event with a waiting room has its own, every other one has a
 * room that lets in whoever comes while there is a place. That nobody need show a session elsewhere stays as it is.
 */
export function rushRooms(
  rooms: Rooms,
  catalog: Pick<CatalogService, 'event'>,
  { activeMax, sessionMillis }: { activeMax: number; sessionMillis: Millis },
): Rooms {
  const terms: RoomTerms = {
    opensAt: 0,
    ratePerSecond: AT_ONCE,
    burst: AT_ONCE,
    activeMax,
    sessionMillis,
    entryMillis: MINUTE,
    absentMillis: MINUTE,
    weights: { high: 1, normal: 1, low: 1 },
    queueMax: 1_000_000,
    inventoryAware: false,
    whenLost: 'closed',
    beaconSource: null,
  };
  return {
    ...rooms,
    termsOf(eventId) {
      const own = rooms.termsOf(eventId);
      const isOver = catalog.event(eventId)?.status === 'CANCELLED';
      return own === 'open' && !isOver ? terms : own;
    },
  };
}
