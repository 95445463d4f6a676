import type { Seats } from '../catalog/ports/seats.ts';
import type { ChosenSeatStore } from '../reservation/chosen-seat-store.ts';

/** The catalogue asks the seats how they stand. The store is looked up when asked: it is made after the catalogue. */
export function catalogSeats(seatStore: () => ChosenSeatStore): Seats {
  return {
    async counts(eventId) {
      const { AVAILABLE, HELD, PAYING, SOLD, BLOCKED } = await seatStore().counts(eventId);
      return {
        available: AVAILABLE,
        reserved: HELD,
        booked: PAYING + SOLD,
        sold: SOLD,
        unsold: AVAILABLE + HELD + PAYING,
        all: AVAILABLE + HELD + PAYING + SOLD + BLOCKED,
      };
    },
    hallChanged: (eventId) => seatStore().hallChanged(eventId),
    whileStill: (eventId, change) => seatStore().whileStill(eventId, change),
  };
}
