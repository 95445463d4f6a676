import { formatDateTime } from '../contract/date-time.ts';
import type { BestAvailableSeats, ReservationCreated, ReservationView } from '../contract/reservation.ts';
import type { SeatAvailability, SeatHistoryEntry, SeatStatus, SeatView } from '../contract/seat.ts';
import { seatView } from '../contract/seat-view.ts';
import { formatMoney } from '../core/money.ts';
import type { Refusal } from '../core/refusal.ts';
import type { SeatReplies } from './command.ts';
import type { Hold, HoldState } from './hold.ts';
import type { HistoryEntry } from './ports/hold-history.ts';
import type { SeatNow } from './ports/seat-store.ts';
import { type SeatState, totalOf } from './seat.ts';
import type { Held, Reservation } from './service.ts';

/** v1 shows a seat whose booking is pending as booked. */
export const STATUS_OF_SEAT: Readonly<Record<SeatState, SeatStatus>> = {
  AVAILABLE: 'AVAILABLE',
  HELD: 'RESERVED',
  PAYING: 'BOOKED',
  SOLD: 'BOOKED',
  BLOCKED: 'BLOCKED',
};

/** v1 knows no paying: a reservation that became a booking is confirmed. */
const STATUS_OF_HOLD: Readonly<Record<HoldState, string>> = {
  HELD: 'ACTIVE',
  PAYING: 'CONFIRMED',
  CONFIRMED: 'CONFIRMED',
  RELEASED: 'CANCELLED',
  EXPIRED: 'EXPIRED',
};

export function seatNowView({ seat, state, claim }: SeatNow): SeatView {
  return seatView(
    seat.eventId,
    seat,
    STATUS_OF_SEAT[state],
    state === 'HELD' && claim ? claim.expiresAt : null,
  );
}

export function seatAvailability({ seat, state }: SeatNow): SeatAvailability {
  return {
    seat_id: seat.seatId,
    seat_number: seat.number,
    section: seat.section,
    seat_type: seat.type,
    price: formatMoney(seat.price),
    is_available: state === 'AVAILABLE',
    status: STATUS_OF_SEAT[state],
  };
}

function reservationOf(hold: Hold, seat: SeatView): ReservationView {
  return {
    reservation_id: hold.holdId,
    event_id: hold.eventId,
    user_id: hold.userId,
    session_id: hold.sessionId,
    expires_at: formatDateTime(hold.expiresAt),
    status: STATUS_OF_HOLD[hold.state],
    created_at: formatDateTime(hold.heldAt),
    seats: [seat],
  };
}

/** A hold just as it was made: a repeated request gets the same answer. */
export function heldView({ holds, seats }: Held): ReservationCreated {
  const reservations = holds.map((hold, index) => {
    const seat = seats[index] as Held['seats'][number];
    return reservationOf(hold, seatView(hold.eventId, seat, 'RESERVED', hold.expiresAt));
  });
  const expiresAt = holds.reduce((latest, hold) => Math.max(latest, hold.expiresAt), 0);
  return { reservations, total_amount: totalOf(seats) / 100, expires_at: formatDateTime(expiresAt) };
}

/** A hold just as it was after an extension. */
export function extendedView({ hold, seat }: SeatReplies['extend_hold']): ReservationView {
  return reservationOf(hold, seatView(hold.eventId, seat, 'RESERVED', hold.expiresAt));
}

export function reservationView({ hold, seat }: Reservation): ReservationView {
  return reservationOf(hold, seatNowView(seat));
}

export function bestSeatsView(seats: readonly SeatNow[]): BestAvailableSeats {
  return { seats: seats.map(seatNowView), total_amount: totalOf(seats.map(({ seat }) => seat)) / 100 };
}

/** The alternative on the wire: `detail.alternative` with the seats and their ids in groups side by side. */
export function withAlternative(refusal: Refusal): Refusal {
  const offer = refusal.detail as { groups: number[][]; seats: SeatNow[] } | undefined;
  if (refusal.refused !== 'NO_ADJACENT_SEATS' || !offer) return refusal;
  const alternative =
    offer.seats.length > 0 ? { groups: offer.groups, seats: offer.seats.map(seatNowView) } : null;
  return { ...refusal, detail: { alternative } };
}

export function historyView(entry: HistoryEntry): SeatHistoryEntry {
  return {
    at: formatDateTime(entry.at),
    from: entry.from,
    to: entry.to,
    cause: entry.cause,
    fence: entry.number,
    reservation_id: entry.holdId,
    actor: entry.actor,
  };
}
