import type { Event } from '../catalog/event.ts';
import type { CatalogService } from '../catalog/service.ts';
import type { Millis } from '../core/clock.ts';
import { refuse } from '../core/refusal.ts';
import type { Wish } from '../waitlist/entry.ts';
import type { Events } from '../waitlist/ports/events.ts';
import { wantsAny } from '../waitlist/turn.ts';

export interface WaitlistEventsNeeds {
  catalog: Pick<CatalogService, 'event' | 'isOnSale' | 'hall'>;
  answerMillis: Millis | undefined;
  most: number;
  seatsPerHold: number;
  servedByHand(eventId: number): boolean;
}

/** The line asks the catalogue for its events. */
export function waitlistEvents(needs: WaitlistEventsNeeds): Events {
  const { catalog, answerMillis, most, seatsPerHold, servedByHand } = needs;
  return {
    terms(eventId) {
      const event = catalog.event(eventId);
      return (
        event && {
          onSale: catalog.isOnSale(event),
          status: event.status,
          unnumbered: isUnnumbered(event),
          answerMillis,
          most,
          servedByHand: servedByHand(eventId),
        }
      );
    },
    async neverSeated(eventId, wish) {
      const limit = catalog.event(eventId)?.policy.seatsPerBuyer ?? 0;
      if (wish.size > seatsPerHold) return refuse('TOO_MANY_SEATS', { limit: seatsPerHold });
      if (wish.size > limit) return refuse('SEAT_LIMIT_REACHED', { limit });
      const seats = (await catalog.hall(eventId))?.seats ?? [];
      const suiting = wantsAny(wish) ? seats.length : seats.filter((seat) => suits(seat, wish)).length;
      return suiting < wish.size ? refuse('SEATS_UNKNOWN') : undefined;
    },
  };
}

export function isUnnumbered({ inventory }: Event): boolean {
  return inventory === 'capacity';
}

function suits(seat: { section: string | null; type: string; price: number }, wish: Wish): boolean {
  return (
    (wish.section === undefined || wish.section === seat.section) &&
    (wish.type === undefined || wish.type === seat.type) &&
    (wish.maxPrice === undefined || seat.price <= wish.maxPrice)
  );
}
