import type { SeatCounts } from '../catalog/ports/seat-counts.ts';
import type { ChosenSeatStore } from '../reservation/chosen-seat-store.ts';

/** The catalogue asks the seats how they stand. The store is looked up when asked: it is made after the catalogue. */
export function seatCounts(seatStore: () => ChosenSeatStore): SeatCounts {
  return {
    async of(eventId: number) {
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
    hallChanged: (eventId: number) => seatStore().hallChanged(eventId),
    whileStill: (eventId, change) => seatStore().whileStill(eventId, change),
  };
}
