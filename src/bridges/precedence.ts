import type { CatalogService } from '../catalog/service.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import type { Precedence } from '../reservation/ports/precedence.ts';
import type { SeatStore } from '../reservation/ports/seat-store.ts';
import type { KnownLines } from '../waitlist/known-lines.ts';
import type { Serving } from '../waitlist/serving.ts';
import { isUnnumbered } from './waitlist-events.ts';

export interface PrecedenceNeeds {
  catalog: Pick<CatalogService, 'event'>;
  lines: KnownLines;
  serving: Pick<Serving, 'serve'>;
  seatStore: Pick<SeatStore, 'seats'>;
}

/**
 * Unnumbered seats are all alike, so whoever comes while others wait joins the line. Of numbered ones a buyer may name
 * some that nobody waits for: the line is served first, then he may try. A seat that was taken when he asked, and comes back
 * after the line was served and before he tries, would be his before anybody in the line heard of it: it stays taken for him.
 */
export function precedenceOf({ catalog, lines, serving, seatStore }: PrecedenceNeeds): Precedence {
  const forLine = async (eventId: number, seatIds?: readonly number[]): Promise<Refusal | undefined> => {
    const event = catalog.event(eventId);
    if (!seatIds || (event && isUnnumbered(event)))
      return refuse('WAITLIST_FIRST', { join_url: `/api/v1/events/${eventId}/waitlist/join` });
    const taken = await takenOf(eventId, seatIds);
    await serving.serve(eventId);
    return taken ? refuse('SEATS_TAKEN', { seats: taken }) : undefined;
  };
  /**
   * The numbers of those that are not free; undefined when all are, or when they are no seats of the event, which is
   * said later.
   */
  const takenOf = async (eventId: number, seatIds: readonly number[]): Promise<string | undefined> => {
    const seats = (await seatStore.seats(eventId, seatIds))?.seats ?? [];
    const taken = seats.filter(({ state }) => state !== 'AVAILABLE').map(({ seat }) => seat.number);
    return taken.length === 0 || seats.length < seatIds.length ? undefined : taken.join(', ');
  };
  return {
    refusalFor(eventId, seatIds) {
      const isAny = lines.isAnyWaiting(eventId);
      if (isAny instanceof Promise) return isAny.then((any) => (any ? forLine(eventId, seatIds) : undefined));
      return isAny ? forLine(eventId, seatIds) : undefined;
    },
  };
}
