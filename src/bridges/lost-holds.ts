import { type Clock, type Millis, SECOND } from '../core/clock.ts';
import { LatestMap } from '../core/latest-map.ts';
import { onlyUnavailable } from '../core/unavailable.ts';
import type { BuyerNews } from '../realtime/ports/buyer-news.ts';
import type { Hold } from '../reservation/hold.ts';
import type { Announcements } from '../reservation/ports/announcements.ts';
import type { HoldHistory } from '../reservation/ports/hold-history.ts';

/** The latest holds, of all events: only the latest have not followed into the ledger. */
const REMEMBERED = 10_000;
/** By then the nodes hear each other again, if it was a server that was lost; and a ledger that is away is asked again. */
const LOOK_AFTER: Millis = SECOND;

export interface LostHoldsNeeds {
  clock: Clock;
  history: Pick<HoldHistory, 'known'>;
  news: Pick<BuyerNews, 'happened'>;
}

/**
 * Where holds follow into the ledger after they were answered, those of the last moment are lost with the server that had
 * them. When the seats of an event were loaded anew, the ledger is asked which of the latest it knows, and the buyers of
 * the others are told, by every node that had heard of them: the news are told once.
 */
export function lostHolds({ clock, history, news }: LostHoldsNeeds): Announcements {
  const latest = new LatestMap<number, Hold>({ most: REMEMBERED });
  const due = new Set<number>();

  const look = async (eventId: number) => {
    due.delete(eventId);
    const held = [...latest].filter(([, hold]) => hold.eventId === eventId);
    if (held.length === 0) return;
    try {
      const known = await history.known(
        eventId,
        held.map(([holdId]) => holdId),
      );
      for (const [holdId, hold] of held) {
        // It has ended meanwhile, and was announced.
        if (!latest.has(holdId)) continue;
        latest.delete(holdId);
        if (!known.has(holdId)) tell(hold);
      }
    } catch (error) {
      onlyUnavailable(error);
      for (const [holdId, { expiresAt }] of held) if (expiresAt < clock.now()) latest.delete(holdId);
      lookSoon(eventId);
    }
  };
  const lookSoon = (eventId: number) => {
    if (due.has(eventId)) return;
    due.add(eventId);
    clock.after(LOOK_AFTER, () => void look(eventId));
  };
  const tell = ({ userId, holdId, eventId, seatId }: Hold) => {
    const data = { reservation_id: holdId, event_id: eventId, seat_id: seatId };
    news.happened({ userId, type: 'reservation_lost', data });
  };

  return {
    seatsMoved(_eventId, moves) {
      for (const { to, hold } of moves) {
        if (!hold) continue;
        if (to === 'HELD') latest.set(hold.holdId, hold);
        else latest.delete(hold.holdId);
      }
    },
    seatsReloaded: lookSoon,
  };
}
