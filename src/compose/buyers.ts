import { holdNews, tellBookings } from '../bridges/buyer-news.ts';
import { lostHolds } from '../bridges/lost-holds.ts';
import type { EventBus } from '../core/message.ts';
import { BuyerChannels } from '../realtime/buyer-channels.ts';
import type { Announcements } from '../reservation/ports/announcements.ts';
import type { HoldHistory } from '../reservation/ports/hold-history.ts';
import type { Grounded } from './machine.ts';

/** The channels of buyers, and what tells them of seats. */
interface Buyers {
  buyerChannels: BuyerChannels;
  seatListeners: readonly Partial<Announcements>[];
}

/** Part of `compose`. */
export function composeBuyers(
  { clock, ground }: Pick<Grounded, 'clock' | 'ground'>,
  { bus, history }: { bus: EventBus; history: HoldHistory },
): Buyers {
  const { buyerNews: news, isShared } = ground;
  const buyerChannels = new BuyerChannels();
  news.listen((event) => buyerChannels.happened(event));
  tellBookings(bus, news);
  // Alone, a hold is on disk before it is answered.
  const lost = isShared ? [lostHolds({ clock, history, news })] : [];
  return { buyerChannels, seatListeners: [holdNews(news), ...lost] };
}
