import type { Answer } from './answer-reader.ts';
import { post } from './request-text.ts';
import type { SeatStock } from './seat-stock.ts';

/** What one connection asks, one request after another. */
export interface Journey {
  /** The next request, given the answer to the last; undefined when there is nothing left to ask. */
  next(last: Answer | undefined): string | undefined;
}

/** Makes the journey of one connection. All journeys of a run share its buyers and seats. */
export type Journeys = () => Journey;

/** Buyers are numbered through, so that each is a principal of his own with limits of his own. */
export interface Buyers {
  next(): string;
}

export function newBuyers(name = 'buyer'): Buyers {
  let number = 0;
  return { next: () => `${name}-${++number}` };
}

/** The same journeys, together no more than so many requests. */
export function upTo(requests: number, journeys: Journeys): Journeys {
  let left = requests;
  return () => {
    const journey = journeys();
    return { next: (last) => (left-- > 0 ? journey.next(last) : undefined) };
  };
}

/** One request after another, each another buyer's hold on another free seat. */
export function holds(buyers: Buyers, stock: Pick<SeatStock, 'take'>): Journeys {
  return () => ({
    next() {
      const seat = stock.take();
      return seat && holdRequest(buyers.next(), seat);
    },
  });
}

/** Hold, book, pay; then the next buyer. */
export function purchases(buyers: Buyers, stock: SeatStock): Journeys {
  return () => {
    let step = 0;
    let userId = '';
    let seat: ReturnType<SeatStock['take']>;
    return {
      next(last) {
        const at = step;
        step = (step + 1) % 3;
        if (at === 0) {
          seat = stock.take();
          userId = buyers.next();
          return seat && holdRequest(userId, seat);
        }
        if (at === 1 && seat) {
          const body = `{"event_id":${seat.eventId},"user_id":"${userId}","seat_ids":[${seat.seatId}]}`;
          return post('/api/v1/bookings', { userId, body });
        }
        const bookingId = bookingIdIn(last);
        const body = `{"booking_id":${bookingId},"payment_id":"pay-${bookingId}"}`;
        return post(`/api/v1/bookings/${bookingId}/confirm-payment`, { userId, body });
      },
    };
  };
}

/** Each buyer lets the server choose and hold two seats side by side. */
export function bestSeats(buyers: Buyers, eventIds: readonly number[]): Journeys {
  let turn = 0;
  return () => ({
    next() {
      const userId = buyers.next();
      const eventId = eventIds[turn++ % eventIds.length];
      const body = `{"party_size":2,"hold":true,"user_id":"${userId}"}`;
      return post(`/api/v1/events/${eventId}/best-available`, { userId, body });
    },
  });
}

function holdRequest(userId: string, { eventId, seatId }: { eventId: number; seatId: number }): string {
  const body = `{"event_id":${eventId},"seat_ids":[${seatId}],"user_id":"${userId}"}`;
  return post('/api/v1/reservations', { userId, body });
}

const BOOKING_ID = '"booking_id":';

/** Looked up in the bytes: parsing the whole answer would cost the generator more than sending the request. */
function bookingIdIn(answer: Answer | undefined): number {
  const at = answer?.body.indexOf(BOOKING_ID) ?? -1;
  if (!answer || at < 0) throw new Error('an answer without a booking');
  const from = at + BOOKING_ID.length;
  return Number.parseInt(answer.body.toString('latin1', from, from + 16), 10);
}
