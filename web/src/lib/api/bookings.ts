import { useQuery } from '@tanstack/react-query';
import type { BookingDetail, BookingView } from '../../../../src/contract/booking.ts';
import { useIdentity } from '../identity.ts';
import { call } from './call.ts';

const REFRESH_MS = 20_000;

export type { BookingDetail, BookingView };

export function bookingsKey(userId: string) {
  return ['bookings', userId] as const;
}

export function bookingKey(userId: string, bookingId: number) {
  return ['booking', userId, bookingId] as const;
}

export function useBookings() {
  const userId = useIdentity((identity) => identity.userId);
  return useQuery({
    queryKey: bookingsKey(userId),
    queryFn: ({ signal }) => call<BookingView[]>('/api/v1/bookings', { signal }),
    refetchInterval: REFRESH_MS,
  });
}

export function useBooking(bookingId: number) {
  const userId = useIdentity((identity) => identity.userId);
  return useQuery({
    queryKey: bookingKey(userId, bookingId),
    queryFn: ({ signal }) => call<BookingDetail>(`/api/v1/bookings/${bookingId}`, { signal }),
  });
}

/** What the server takes for an e-mail address (BookingInput). */
const EMAIL = /^[A-Za-z0-9.!#$%&*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,180}[A-Za-z0-9])?$/;

export function isEmail(text: string): boolean {
  return EMAIL.test(text);
}

/**
 * Turns held seats into a booking that waits for its payment.
 * @param email where the tickets are sent once they are paid for, in the language of the page; empty: nowhere
 */
export function createBooking(
  eventId: number,
  seatIds: readonly number[],
  email: string,
): Promise<BookingView> {
  return call('/api/v1/bookings', {
    method: 'POST',
    // Another address is another request: the same key with another body would be refused.
    action: `book ${eventId}: ${seatIds.join()} ${email}`.trim(),
    saleOf: eventId,
    body: {
      event_id: eventId,
      user_id: useIdentity.getState().userId,
      seat_ids: seatIds,
      ...(email !== '' && { contact: { email } }),
    },
  });
}

/** Pays. The same payment id again is the same payment; after a 402 a new one is a new try. */
export function confirmPayment(
  { booking_id: bookingId, event_id: eventId }: Pick<BookingView, 'booking_id' | 'event_id'>,
  paymentId: string,
): Promise<BookingView> {
  return call(`/api/v1/bookings/${bookingId}/confirm-payment`, {
    method: 'POST',
    action: `pay ${bookingId}: ${paymentId}`,
    saleOf: eventId,
    body: { booking_id: bookingId, payment_id: paymentId },
  });
}

export function cancelBooking(bookingId: number, reason: string): Promise<BookingView> {
  return call(`/api/v1/bookings/${bookingId}/cancel`, {
    method: 'POST',
    action: `cancel ${bookingId}`,
    body: reason ? { reason } : {},
  });
}
