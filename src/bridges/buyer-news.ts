import { LatestMap } from '../core/latest-map.ts';
import type { EventBus } from '../core/message.ts';
import type { OrderMessage } from '../order/ports/order-store.ts';
import { bookingStatus } from '../order/wire.ts';
import type { BuyerNews } from '../realtime/ports/buyer-news.ts';
import type { Announcements } from '../reservation/ports/announcements.ts';

/** What happens to a buyer's holds, for the buyer's own channel. */
export function holdNews(news: Pick<BuyerNews, 'happened'>): Pick<Announcements, 'seatsMoved'> {
  return {
    seatsMoved(eventId, moves) {
      const booked = new Set<number>();
      for (const { cause, hold, seatId } of moves) {
        if (cause === 'expiry' && hold) {
          const data = { reservation_id: hold.holdId, event_id: eventId, seat_id: seatId };
          news.happened({ userId: hold.userId, type: 'reservation_expired', data });
        }
        if (cause !== 'booking' || !hold?.orderId || booked.has(hold.orderId)) continue;
        booked.add(hold.orderId);
        const data = { booking_id: hold.orderId, event_id: eventId, status: bookingStatus('PENDING') };
        news.happened({ userId: hold.userId, type: 'booking_update', data });
      }
    },
  };
}

/** Messages that may come again: what one relay sends at once, and a little more. */
const REMEMBERED = 5_000;

/**
 * What becomes of a buyer's bookings, as the bus tells it. Nothing is written, so nothing but this memory keeps what is
 * delivered twice from being told twice; told twice, it is the same news.
 */
export function tellBookings(bus: EventBus, news: Pick<BuyerNews, 'happened'>): void {
  const told = new LatestMap<string, true>({ most: REMEMBERED });
  bus.subscribe('order.events', 'buyer-news', ({ messageId, body }) => {
    if (told.has(messageId)) return;
    const { userId, orderId, eventId, type } = body as OrderMessage;
    const data = { booking_id: orderId, event_id: eventId, status: bookingStatus(type) };
    news.happened({ userId, type: 'booking_update', data });
    told.set(messageId, true);
  });
}
