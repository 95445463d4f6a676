import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { actionKey, settleAction } from '../../lib/action-key.ts';
import { ApiError } from '../../lib/api/api-error.ts';
import {
  type BookingDetail,
  type BookingView,
  bookingKey,
  bookingsKey,
  confirmPayment,
} from '../../lib/api/bookings.ts';
import { reservationsKey } from '../../lib/api/reservations.ts';
import { useIdentity } from '../../lib/identity.ts';

/**
 * Pays for a booking. The payment number is kept through retries and reloads, as the same number is the same payment;
 * only a clear decline makes a new one.
 */
export function usePayment(booking: Pick<BookingView, 'booking_id' | 'event_id'>) {
  const bookingId = booking.booking_id;
  const queries = useQueryClient();
  const userId = useIdentity((identity) => identity.userId);
  const [paymentId, setPaymentId] = useState(() => paymentIdOf(bookingId));
  const pay = useMutation({
    mutationFn: () => confirmPayment(booking, paymentId),
    onSuccess: (paid) => {
      settleAction(paymentAction(bookingId));
      queries.setQueryData<BookingDetail>(
        bookingKey(userId, bookingId),
        (known) => known && { ...known, ...paid },
      );
    },
    onError: (error) => {
      if (!(error instanceof ApiError) || error.status !== 402) return;
      settleAction(paymentAction(bookingId));
      setPaymentId(paymentIdOf(bookingId));
    },
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: bookingKey(userId, bookingId) }),
        queries.invalidateQueries({ queryKey: bookingsKey(userId) }),
        queries.invalidateQueries({ queryKey: reservationsKey(userId) }),
      ]),
  });
  return { pay, paymentId };
}

function paymentIdOf(bookingId: number): string {
  return `test-${actionKey(paymentAction(bookingId))}`;
}

function paymentAction(bookingId: number): string {
  return `payment of ${bookingId}`;
}
