import { onlyUnavailable } from '../core/unavailable.ts';
import type { Announcements } from '../reservation/ports/announcements.ts';
import type { SeatStore } from '../reservation/ports/seat-store.ts';
import type { MoveCause } from '../reservation/seat.ts';
import { ClaimTally } from '../waiting-room/claim-tally.ts';
import type { Inventory } from '../waiting-room/ports/surroundings.ts';

const LAPSES: ReadonlySet<MoveCause> = new Set(['expiry', 'payment_deadline']);

/**
 * What the waiting rooms must know of the seats: how many are left, how many of the claimed ones will probably come
 * back, and who has a claim already. The last two are kept up from the moves as they are announced.
 */
export function stockOf(seatStore: SeatStore): { inventory: Inventory; listener: Announcements } {
  const tallies = new Map<number, ClaimTally>();
  const loading = new Map<number, Promise<void>>();

  const load = async (eventId: number) => {
    const tally = new ClaimTally();
    tallies.set(eventId, tally);
    const found = await seatStore.seats(eventId);
    for (const { seat, claim } of found?.seats ?? []) tally.begin(seat.seatId, claim?.userId);
  };
  const loaded = async (eventId: number): Promise<ClaimTally | undefined> => {
    if (!tallies.has(eventId) || loading.has(eventId)) {
      const running = loading.get(eventId) ?? load(eventId).finally(() => loading.delete(eventId));
      loading.set(eventId, running);
      await running;
    }
    return tallies.get(eventId);
  };
  return {
    inventory: {
      async stockOf(eventId) {
        try {
          const tally = await loaded(eventId);
          const { AVAILABLE, HELD, PAYING, SOLD, BLOCKED } = await seatStore.counts(eventId);
          const isDescribed = AVAILABLE + HELD + PAYING + SOLD + BLOCKED > 0;
          if (!tally || !isDescribed) return undefined;
          const returning = (HELD + PAYING) * tally.returningShare;
          return { left: AVAILABLE, returning, claimants: tally.claimants };
        } catch (error) {
          onlyUnavailable(error);
          tallies.delete(eventId);
          return undefined;
        }
      },
    },
    listener: {
      seatsMoved(eventId, moves) {
        const tally = tallies.get(eventId);
        if (!tally) return;
        for (const { seatId, to, hold, cause } of moves) {
          if (to === 'HELD' || to === 'PAYING') tally.claimed(seatId, hold?.userId);
          else if (to === 'SOLD') tally.ended(seatId, hold?.userId, 'sold');
          else tally.ended(seatId, undefined, LAPSES.has(cause) ? 'lapsed' : 'given-back');
        }
      },
      seatsReloaded(eventId) {
        tallies.delete(eventId);
      },
    },
  };
}
