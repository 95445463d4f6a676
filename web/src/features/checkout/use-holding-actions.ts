import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { announce } from '../../lib/announce.ts';
import { bookingsKey, createBooking } from '../../lib/api/bookings.ts';
import { eventKey } from '../../lib/api/events.ts';
import { extendReservation, giveBackReservations, reservationsKey } from '../../lib/api/reservations.ts';
import { formatTime } from '../../lib/format.ts';
import { useIdentity } from '../../lib/identity.ts';
import { parseServerTime } from '../../lib/server-clock.ts';
import type { Holding } from './use-belongings.ts';

const EXTEND_MINUTES = 5;

/** What a buyer can do with held seats. */
export function useHoldingActions(eventId: number, { reservations, lines }: Holding) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const userId = useIdentity((identity) => identity.userId);
  const refresh = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: reservationsKey(userId) }),
      queries.invalidateQueries({ queryKey: bookingsKey(userId) }),
      queries.invalidateQueries({ queryKey: eventKey(eventId) }),
    ]);
  const extend = useMutation({
    mutationFn: () =>
      Promise.all(reservations.map((reservation) => extendReservation(reservation, EXTEND_MINUTES))),
    onSuccess: (extended) => {
      const endsAt = Math.min(...extended.map(({ expires_at }) => parseServerTime(expires_at)));
      announce(t('hold.extended', { time: formatTime(endsAt, i18n.language) }));
    },
    onSettled: refresh,
  });
  const giveBack = useMutation({
    mutationFn: (reservationIds: readonly number[]) => giveBackReservations(reservationIds),
    onSuccess: () => announce(t('hold.gaveBack')),
    onSettled: refresh,
  });
  const book = useMutation({
    mutationFn: (email: string) =>
      createBooking(
        eventId,
        lines.map(({ seatId }) => seatId),
        email,
      ),
    // Not left to the caller: the panel that asked is gone as soon as the hold has become a booking.
    onSuccess: ({ booking_id }) => navigate(`/bookings/${booking_id}`),
    onSettled: refresh,
  });
  return { extend, giveBack, book, refresh };
}
