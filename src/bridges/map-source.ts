import type { CatalogService } from '../catalog/service.ts';
import type { MapSource, MapStatus } from '../realtime/ports/map-source.ts';
import type { SeatStore } from '../reservation/ports/seat-store.ts';
import type { SeatState } from '../reservation/seat.ts';
import { STATUS_OF_SEAT } from '../reservation/wire.ts';

/** What a map shows of each state of a seat. */
export type ShownAs = Readonly<Record<SeatState, MapStatus>>;

/** The live maps ask the seats how they stand now. */
export function mapSource(
  catalog: CatalogService,
  seatStore: SeatStore,
  shownAs: ShownAs = STATUS_OF_SEAT,
): MapSource {
  return {
    async read(eventId) {
      const event = catalog.event(eventId);
      const hall = event && (await catalog.hall(eventId));
      // Named in the order of their ids, which is the organiser's: sorting 50,000 seats for a list would be for nothing.
      const read = hall && (await seatStore.seats(eventId, idsOf(hall.seats)));
      if (!read) return undefined;
      const seats = read.seats.map(({ seat, state }) => ({ status: shownAs[state], ...seat }));
      return { epoch: read.epoch, currency: event.currency, seats };
    },
  };
}

function idsOf(seats: readonly { seatId: number }[]): number[] {
  return seats.map(({ seatId }) => seatId);
}
