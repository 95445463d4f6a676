import type { Millis } from '../core/clock.ts';
import type { Hundredths } from '../core/money.ts';

/** A seat as the organiser wants it, before it has an id. */
export interface SeatDraft {
  number: string;
  section: string | null;
  row: string | null;
  type: string;
  price: Hundredths;
  x: number | null;
  y: number | null;
  blocked: boolean;
}

/** A seat of a hall. It never changes. */
export interface CatalogSeat extends Readonly<SeatDraft> {
  readonly seatId: number;
  readonly eventId: number;
  readonly createdAt: Millis;
}

/** Unnumbered seats for a capacity event; their numbers only tell them apart. */
export function unnumberedSeats(count: number, price: Hundredths): SeatDraft[] {
  return Array.from({ length: count }, (_, index) => ({
    number: `GA-${index + 1}`,
    section: null,
    row: null,
    type: 'REGULAR',
    price,
    x: null,
    y: null,
    blocked: false,
  }));
}
