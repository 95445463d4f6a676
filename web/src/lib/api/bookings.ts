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

/** Turns held seats into a booking that waits for its payment. */
export function createBooking(eventId: number, seatIds: readonly number[]): Promise<BookingView> {
  return call('/api/v1/bookings', {
    method: 'POST',
    action: `book ${eventId}: ${seatIds.join()}`,
    body: { event_id: eventId, user_id: useIdentity.getState().userId, seat_ids: seatIds },
  });
}

/** Pays. The same payment id again is the same payment; after a 402 a new one is a new try. */
export function confirmPayment(bookingId: number, paymentId: string): Promise<BookingView> {
  return call(`/api/v1/bookings/${bookingId}/confirm-payment`, {
    method: 'POST',
    action: `pay ${bookingId}: ${paymentId}`,
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
