import type { BuyerNews } from '../realtime/ports/buyer-news.ts';
import type { Entry } from '../waitlist/entry.ts';
import type { Announcements } from '../waitlist/ports/announcements.ts';

/** What becomes of a buyer's place in a line, for the buyer's own channel and whoever else listens. */
export function waitlistNews(
  news: Pick<BuyerNews, 'happened'>,
  listeners: readonly ((entry: Entry) => void)[],
): Announcements {
  return {
    moved(entry) {
      const { userId, eventId, state, offer } = entry;
      news.happened({
        userId,
        type: 'waitlist_update',
        data: {
          event_id: eventId,
          status: state,
          reservation_ids: offer?.holdIds ?? [],
          seat_ids: offer?.seatIds ?? [],
        },
      });
      for (const listener of listeners) listener(entry);
    },
  };
}
