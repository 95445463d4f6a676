import type { SeatDraft } from '../catalog/seat.ts';
import { rowName } from './halls.ts';

const ROWS = 40;
const SEATS_IN_ROW = 80;
const WON = 100;

/** The hall of the rush edition: 3,200 seats, A1 to AN80. */
export function rushHall(): SeatDraft[] {
  return Array.from({ length: ROWS * SEATS_IN_ROW }, (_, index) => {
    const row = Math.floor(index / SEATS_IN_ROW);
    const name = rowName(row);
    const place = (index % SEATS_IN_ROW) + 1;
    return {
      number: `${name}${place}`,
      section: 'Hall',
      row: name,
      type: 'REGULAR',
      price: 100_000 * WON,
      x: place - SEATS_IN_ROW / 2,
      y: 4 + row * 1.1,
      blocked: false,
    };
  });
}
