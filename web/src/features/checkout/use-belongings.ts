import { useMemo } from 'react';
import { type BookingView, useBookings } from '../../lib/api/bookings.ts';
import { type ReservationView, useReservations } from '../../lib/api/reservations.ts';
import { useWaitlistPlace } from '../../lib/api/waitlist.ts';
import { lineOfSeat, type SeatLine } from '../../lib/seat-line.ts';
import { parseServerTime } from '../../lib/server-clock.ts';

export interface Holding {
  readonly reservations: readonly ReservationView[];
  readonly lines: readonly SeatLine[];
  /** The first of the holds to end, in milliseconds since 1970 by the server's clock. */
  readonly endsAt: number;
}

export interface Belongings {
  readonly holding: Holding | undefined;
  /** Bookings that wait for their payment. */
  readonly pending: readonly BookingView[];
  /** Every seat of the event that is this buyer's: held, being paid for or bought. */
  readonly own: ReadonlySet<number>;
}

/** What the buyer has of one event. */
export function useBelongings(eventId: number): Belongings {
  const reservations = useReservations().data;
  const bookings = useBookings().data;
  // Only read: whether the buyer waits is asked for where he is shown the line.
  const place = useWaitlistPlace(eventId, { enabled: false }).data;
  return useMemo(() => {
    const held = (reservations ?? []).filter((each) => each.event_id === eventId && each.status === 'ACTIVE');
    const booked = (bookings ?? []).filter(
      (each) => each.event_id === eventId && (each.status === 'PENDING' || each.status === 'CONFIRMED'),
    );
    // Seats that the waitlist offers are held for the buyer, and not his before he accepts.
    const offered = new Set(place?.status === 'OFFERED' ? place.offer?.reservation_ids : []);
    const taken = held.filter(({ reservation_id }) => !offered.has(reservation_id));
    return {
      holding: taken.length > 0 ? holdingOf(taken) : undefined,
      pending: booked.filter(({ status }) => status === 'PENDING'),
      own: new Set([...held, ...booked].flatMap(({ seats }) => seats.map((seat) => seat.seat_id))),
    };
  }, [reservations, bookings, place, eventId]);
}

function holdingOf(reservations: readonly ReservationView[]): Holding {
  return {
    reservations,
    lines: reservations.flatMap(({ seats }) => seats.map(lineOfSeat)).sort((a, b) => a.seatId - b.seatId),
    endsAt: Math.min(...reservations.map(({ expires_at }) => parseServerTime(expires_at))),
  };
}
