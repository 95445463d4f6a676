import type { CatalogService } from '../catalog/service.ts';
import type { MapSource } from '../realtime/ports/map-source.ts';
import type { SeatStore } from '../reservation/ports/seat-store.ts';
import { STATUS_OF_SEAT } from '../reservation/wire.ts';

/** The live maps ask the seats how they stand now. */
export function mapSource(catalog: CatalogService, seatStore: SeatStore): MapSource {
  return {
    async read(eventId) {
      const event = catalog.event(eventId);
      const read = event && (await seatStore.seats(eventId));
      if (!read) return undefined;
      const seats = read.seats
        .map(({ seat, state }) => ({ ...seat, status: STATUS_OF_SEAT[state] }))
        .sort((left, right) => left.seatId - right.seatId);
      return { epoch: read.epoch, currency: event.currency, seats };
    },
  };
}
