import type { SeatMaps } from '../realtime/service.ts';
import type { Announcements } from '../reservation/ports/announcements.ts';
import { STATUS_OF_SEAT } from '../reservation/wire.ts';

/** The seats tell the live maps, and whoever else listens. */
export function announcementsTo(
  maps: () => SeatMaps<unknown> | undefined,
  ...listeners: readonly (Partial<Announcements> | undefined)[]
): Announcements {
  return {
    seatsMoved(hall, epoch, moves) {
      maps()?.seatsChanged(
        hall.eventId,
        moves.map((move) => [move.seatId, STATUS_OF_SEAT[move.to]] as const),
      );
      for (const listener of listeners) listener?.seatsMoved?.(hall, epoch, moves);
    },
    seatsReloaded(eventId, epoch) {
      maps()?.seatsReloaded(eventId, epoch);
      for (const listener of listeners) listener?.seatsReloaded?.(eventId, epoch);
    },
  };
}
