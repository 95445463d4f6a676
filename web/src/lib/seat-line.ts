import type { SeatView } from '../../../src/contract/seat.ts';
import { type Hundredths, toHundredths } from './format.ts';

/** One seat as a buyer's list names it. */
export interface SeatLine {
  readonly seatId: number;
  readonly label: string;
  readonly section: string;
  readonly row: string;
  readonly seatType: string;
  readonly price: Hundredths;
}

export function lineOfSeat(seat: SeatView): SeatLine {
  return {
    seatId: seat.seat_id,
    label: seat.seat_number,
    section: seat.section ?? '',
    row: seat.row_number ?? '',
    seatType: seat.seat_type,
    price: toHundredths(seat.price),
  };
}

export function totalOf(lines: readonly SeatLine[]): Hundredths {
  return lines.reduce((sum, line) => sum + line.price, 0);
}
