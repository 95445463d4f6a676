import { formatMoney } from '../core/money.ts';
import { formatDateTime } from './date-time.ts';
import type { SeatStatus, SeatView } from './seat.ts';

/** What every slice that shows a seat knows of it. */
export interface ShownSeat {
  readonly seatId: number;
  readonly number: string;
  readonly section: string | null;
  readonly row: string | null;
  readonly type: string;
  readonly price: number;
  readonly x: number | null;
  readonly y: number | null;
  readonly createdAt: number;
}

/** A seat on the wire. `reservedUntil` in milliseconds since 1970, null unless it is reserved. */
export function seatView(
  eventId: number,
  seat: ShownSeat,
  status: SeatStatus,
  reservedUntil: number | null = null,
): SeatView {
  return {
    seat_id: seat.seatId,
    event_id: eventId,
    seat_number: seat.number,
    section: seat.section,
    row_number: seat.row,
    seat_type: seat.type,
    price: formatMoney(seat.price),
    status,
    reserved_until: reservedUntil === null ? null : formatDateTime(reservedUntil),
    created_at: formatDateTime(seat.createdAt),
    x: seat.x,
    y: seat.y,
  };
}
