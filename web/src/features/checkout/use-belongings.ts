import { useMemo } from 'react';
import { type BookingView, useBookings } from '../../lib/api/bookings.ts';
import { type ReservationView, useReservations } from '../../lib/api/reservations.ts';
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
  return useMemo(() => {
    const held = (reservations ?? []).filter((each) => each.event_id === eventId && each.status === 'ACTIVE');
    const booked = (bookings ?? []).filter(
      (each) => each.event_id === eventId && (each.status === 'PENDING' || each.status === 'CONFIRMED'),
    );
    return {
      holding: held.length > 0 ? holdingOf(held) : undefined,
      pending: booked.filter(({ status }) => status === 'PENDING'),
      own: new Set([...held, ...booked].flatMap(({ seats }) => seats.map((seat) => seat.seat_id))),
    };
  }, [reservations, bookings, eventId]);
}

function holdingOf(reservations: readonly ReservationView[]): Holding {
  return {
    reservations,
    lines: reservations.flatMap(({ seats }) => seats.map(lineOfSeat)).sort((a, b) => a.seatId - b.seatId),
    endsAt: Math.min(...reservations.map(({ expires_at }) => parseServerTime(expires_at))),
  };
}
