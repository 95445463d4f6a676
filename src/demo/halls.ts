import type { SeatDraft } from '../catalog/seat.ts';

interface Block {
  section: string;
  type: string;
  /** Hundredths. */
  price: number;
  rows: number;
  seatsPerRow: number;
  /** Of the block's left front seat, in seat widths; the stage is at y = 0. */
  x: number;
  y: number;
}

/** 10,000 seats: a floor before the stage, stands around it, a balcony behind. Prices in won. */
export function arena(): SeatDraft[] {
  const blocks: Block[] = [
    { section: 'Floor A', type: 'VIP', price: 18_000_000, rows: 20, seatsPerRow: 30, x: -31, y: 6 },
    { section: 'Floor B', type: 'VIP', price: 18_000_000, rows: 20, seatsPerRow: 30, x: 2, y: 6 },
    { section: 'Floor C', type: 'PREMIUM', price: 15_400_000, rows: 20, seatsPerRow: 35, x: -36, y: 30 },
    { section: 'Floor D', type: 'PREMIUM', price: 15_400_000, rows: 20, seatsPerRow: 35, x: 2, y: 30 },
    { section: 'West Stand', type: 'PREMIUM', price: 13_200_000, rows: 40, seatsPerRow: 30, x: -72, y: 8 },
    { section: 'East Stand', type: 'PREMIUM', price: 13_200_000, rows: 40, seatsPerRow: 30, x: 43, y: 8 },
    { section: 'South 1', type: 'REGULAR', price: 11_000_000, rows: 25, seatsPerRow: 40, x: -62, y: 56 },
    { section: 'South 2', type: 'REGULAR', price: 11_000_000, rows: 25, seatsPerRow: 40, x: -20, y: 56 },
    { section: 'South 3', type: 'REGULAR', price: 11_000_000, rows: 25, seatsPerRow: 40, x: 22, y: 56 },
    { section: 'Balcony', type: 'REGULAR', price: 8_800_000, rows: 20, seatsPerRow: 100, x: -50, y: 86 },
  ];
  return blocks.flatMap(seatsOf);
}

/** 100 seats in ten rows. */
export function club(): SeatDraft[] {
  return seatsOf({
    section: 'Club',
    type: 'REGULAR',
    price: 5_500_000,
    rows: 10,
    seatsPerRow: 10,
    x: -5,
    y: 4,
  });
}

function seatsOf(block: Block): SeatDraft[] {
  const { section, type, price, rows, seatsPerRow, x, y } = block;
  return Array.from({ length: rows * seatsPerRow }, (_, index) => {
    const row = rowName(Math.floor(index / seatsPerRow));
    const place = index % seatsPerRow;
    return {
      number: `${initials(section)}${row}${place + 1}`,
      section,
      row,
      type,
      price,
      x: x + place,
      y: y + Math.floor(index / seatsPerRow) * 1.1,
      blocked: false,
    };
  });
}

/** A to Z, then AA to AZ. */
export function rowName(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : `A${letter}`;
}

/** "Floor A" gives "FA-": numbers are unique in the hall, not only in the section. */
function initials(section: string): string {
  return `${section
    .split(' ')
    .map((word) => word[0])
    .join('')}-`;
}
