import { Hall } from '../../../src/reservation/hall.ts';
import type { Seat } from '../../../src/reservation/seat.ts';

export function seat(seatId: number, more: Partial<Seat> = {}): Seat {
  return {
    seatId,
    eventId: 1,
    number: `A${seatId}`,
    section: 'Floor',
    row: 'A',
    type: 'REGULAR',
    price: 100_00,
    x: null,
    y: null,
    blocked: false,
    createdAt: 0,
    ...more,
  };
}

/** One row for each length: row 0 has the seats "0-1", "0-2", …; ids count from 1. Rows of one tier share their price. */
export function hallOfRows(lengths: readonly number[], tierOf: (row: number) => number = () => 0): Hall {
  const seats = lengths.flatMap((length, row) =>
    Array.from({ length }, (_, place) => ({
      row: String(row),
      number: `${row}-${place + 1}`,
      tier: tierOf(row),
    })),
  );
  return new Hall(
    1,
    seats.map(({ row, number, tier }, index) => seat(index + 1, { row, number, price: 100_00 * (tier + 1) })),
    { numbered: true },
  );
}

export function unnumberedHall(count: number): Hall {
  const seats = Array.from({ length: count }, (_, index) =>
    seat(index + 1, { number: `GA-${index + 1}`, section: null, row: null }),
  );
  return new Hall(1, seats, { numbered: false });
}
