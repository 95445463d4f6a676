import type { Hold } from '../reservation/hold.ts';
import type { HoldHistory } from '../reservation/ports/hold-history.ts';
import type { SeatStore } from '../reservation/ports/seat-store.ts';

/** Holds of one buyer that may still stand are among the latest. */
const LATEST_HOLDS = 100;

/** Seats of the event that a buyer has: held, being paid for, or bought. */
export type SeatsOfBuyer = (eventId: number, userId: string) => Promise<{ holdId: number; seatId: number }[]>;

export function seatsOfBuyer({
  seatStore,
  history,
}: {
  seatStore: Pick<SeatStore, 'seats'>;
  history: Pick<HoldHistory, 'holdsOf'>;
}): SeatsOfBuyer {
  return async (eventId, userId) => {
    const holds = await history.holdsOf(userId, { eventId, liveOnly: false, limit: LATEST_HOLDS });
    const maybe = holds.filter(mayStand);
    if (maybe.length === 0) return [];
    const now = await seatStore.seats(eventId, [...new Set(maybe.map(({ seatId }) => seatId))]);
    const claims = now?.seats.map(({ claim }) => claim) ?? [];
    return claims.flatMap((claim) =>
      claim?.userId === userId ? [{ holdId: claim.holdId, seatId: claim.seatId }] : [],
    );
  };
}

/** A confirmed hold stays so after its seat was returned; the seat knows. */
function mayStand({ state }: Hold): boolean {
  return state === 'HELD' || state === 'PAYING' || state === 'CONFIRMED';
}
