import type { SeatCounts } from '../catalog/ports/seat-counts.ts';
import type { SeatStore } from '../reservation/ports/seat-store.ts';

/** The catalogue asks the seats how they stand. The store is looked up when asked: it is made after the catalogue. */
export function seatCounts(seatStore: () => SeatStore): SeatCounts {
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
  };
}
