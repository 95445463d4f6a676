import type { SeatDraft } from '../catalog/seat.ts';

/** The events of the orders edition: three halls of ten rows and ten columns, dearer to the right. Prices in won. */
export const ORDERS_DEMO = [
  { name: 'Ultra Concert', venue: 'Ultra Hall · 울트라 홀', startsAt: Date.UTC(2027, 1, 6, 10, 0) },
  { name: 'Indie Fest', venue: 'Indie Park · 인디 파크', startsAt: Date.UTC(2027, 1, 13, 9, 0) },
  { name: 'Classic Night', venue: 'Classic Hall · 클래식 홀', startsAt: Date.UTC(2027, 1, 20, 10, 30) },
] as const;

const ROWS = 10;
const COLUMNS = 10;
const WON = 100;

export function ordersHall(): SeatDraft[] {
  return Array.from({ length: ROWS * COLUMNS }, (_, index) => {
    const row = String.fromCharCode(65 + Math.floor(index / COLUMNS));
    const column = (index % COLUMNS) + 1;
    return {
      number: `${row}${column}`,
      section: 'Hall',
      row,
      type: 'REGULAR',
      price: (50_000 + 1_000 * column) * WON,
      x: column - 5,
      y: 4 + Math.floor(index / COLUMNS) * 1.1,
      blocked: false,
    };
  });
}
