import type { LiveMapService } from '../realtime/service.ts';
import type { Announcements } from '../reservation/ports/announcements.ts';
import { STATUS_OF_SEAT } from '../reservation/wire.ts';

/** The seats tell the live maps. */
export function seatsToMaps(
  maps: Pick<LiveMapService<unknown>, 'seatsChanged' | 'seatsReloaded'>,
): Announcements {
  return {
    seatsMoved(eventId, moves) {
      maps.seatsChanged(
        eventId,
        moves.map(({ seatId, to }) => [seatId, STATUS_OF_SEAT[to]] as const),
      );
    },
    seatsReloaded: (eventId, epoch) => maps.seatsReloaded(eventId, epoch),
  };
}
