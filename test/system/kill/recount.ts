import type { BookingView } from '../../../src/contract/booking.ts';
import type { EventDetail } from '../../../src/contract/event.ts';
import type { SeatView } from '../../../src/contract/seat.ts';
import type { FoundAfterwards } from '../../../src/proof/history/durability.ts';
import type { HistoryRecord } from '../../../src/proof/history/record.ts';
import { bodyOf, type Client } from '../client.ts';

/** What the API says when everything has come to rest. */
export interface Found extends FoundAfterwards {
  confirmed: number;
  booked: number;
}

const AT_ONCE = 16;

export async function lookAfterwards(
  anyone: Client,
  eventId: number,
  records: readonly HistoryRecord[],
): Promise<Found> {
  const seats = bodyOf(await anyone.get<SeatView[]>(`/api/v1/events/${eventId}/seats`));
  const seatStatus = new Map(seats.map((seat) => [seat.seat_id, seat.status]));
  const clientOfBooking = new Map<number, string>();
  for (const { bookingId, client } of records)
    if (bookingId !== undefined) clientOfBooking.set(bookingId, client);
  const bookingStatus = new Map<number, string>();
  const left = [...clientOfBooking];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let next = left.pop(); next; next = left.pop()) {
        const [bookingId, client] = next;
        const answer = await anyone.as(client).get<BookingView>(`/api/v1/bookings/${bookingId}`);
        if (answer.status === 200) bookingStatus.set(bookingId, answer.body.status);
      }
    }),
  );
  return {
    confirmed: [...bookingStatus.values()].filter((status) => status === 'CONFIRMED').length,
    booked: seats.filter((seat) => seat.status === 'BOOKED').length,
    bookingStatus: (bookingId) => bookingStatus.get(bookingId),
    seatStatus: (seatId) => seatStatus.get(seatId),
  };
}

/** Empty when the counters of the event are what its seats add up to. */
export async function recount(anyone: Client, eventId: number): Promise<string[]> {
  const detail = bodyOf(await anyone.get<EventDetail>(`/api/v1/events/${eventId}`));
  const seats = bodyOf(await anyone.get<SeatView[]>(`/api/v1/events/${eventId}/seats`));
  const count = (status: string) => seats.filter((seat) => seat.status === status).length;
  const counted = {
    available: [detail.available_seat_count, count('AVAILABLE')],
    reserved: [detail.reserved_seat_count, count('RESERVED')],
    booked: [detail.booked_seat_count, count('BOOKED')],
    total: [detail.total_seats, seats.length],
  };
  return Object.entries(counted)
    .filter(([, [said, is]]) => said !== is)
    .map(([what, [said, is]]) => `the event says ${said} ${what}, its seats are ${is}`);
}
