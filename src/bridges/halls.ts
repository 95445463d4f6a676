import type { CatalogService } from '../catalog/service.ts';
import type { Halls } from '../reservation/ports/halls.ts';

/** The seats ask the catalogue for events and halls. */
export function hallsOf(catalog: CatalogService): Halls {
  return {
    terms(eventId) {
      const event = catalog.event(eventId);
      return (
        event && {
          onSale: catalog.isOnSale(event),
          status: event.status,
          currency: event.currency,
          holdMillis: event.policy.holdMillis,
          seatsPerBuyer: event.policy.seatsPerBuyer,
        }
      );
    },
    hall: (eventId) => catalog.hall(eventId),
    eventOfSeat: (seatId) => catalog.eventOfSeat(seatId),
  };
}
