import type { Seat } from './seat.ts';
import { naturalOrder } from './seat-order.ts';

/** Seats side by side: of one row of one section, of one type and price, with no aisle between. Ordinals from left to right. */
export interface RowPart {
  readonly section: string | null;
  readonly type: string;
  readonly price: number;
  readonly ordinals: readonly number[];
}

/** A gap wider than this many times the smallest one in the row is an aisle. */
const AISLE = 1.6;

/** All of a hall, in the order in which the organiser listed their first seats. */
export function rowPartsOf(seats: readonly Seat[]): RowPart[] {
  const rows = new Map<string, number[]>();
  for (let ordinal = 0; ordinal < seats.length; ordinal++) {
    const seat = seats[ordinal] as Seat;
    const key = JSON.stringify([seat.section, seat.row, seat.type, seat.price]);
    const row = rows.get(key);
    if (row) row.push(ordinal);
    else rows.set(key, [ordinal]);
  }
  return [...rows.values()].flatMap((row) => splitAtAisles(seats, row));
}

function splitAtAisles(seats: readonly Seat[], row: readonly number[]): RowPart[] {
  const { section, type, price } = seats[row[0] as number] as Seat;
  const placed = positions(seats, row);
  const gaps = placed.slice(1).map((seat, i) => seat.position - (placed[i] as Placed).position);
  const aisle = AISLE * gaps.reduce((smallest, gap) => Math.min(smallest, gap), Number.POSITIVE_INFINITY);
  const parts: number[][] = [[]];
  placed.forEach(({ ordinal }, i) => {
    if (i > 0 && (gaps[i - 1] as number) > aisle) parts.push([]);
    (parts.at(-1) as number[]).push(ordinal);
  });
  return parts.map((ordinals) => ({ section, type, price, ordinals }));
}

interface Placed {
  ordinal: number;
  position: number;
}

/** Where each seat stands in its row: by x where every seat has its own, else by number, else as listed. */
function positions(seats: readonly Seat[], row: readonly number[]): Placed[] {
  const seatOf = (ordinal: number) => seats[ordinal] as Seat;
  const byX = row.map((ordinal) => ({ ordinal, position: seatOf(ordinal).x ?? Number.NaN }));
  if (distinct(byX)) return byX.sort((a, b) => a.position - b.position);
  const byNumber = row.map((ordinal) => ({ ordinal, position: trailingNumber(seatOf(ordinal).number) }));
  if (distinct(byNumber)) return byNumber.sort((a, b) => a.position - b.position);
  return [...row]
    .sort((a, b) => naturalOrder(seatOf(a).number, seatOf(b).number))
    .map((ordinal, position) => ({ ordinal, position }));
}

function distinct(placed: readonly Placed[]): boolean {
  return (
    placed.every(({ position }) => !Number.isNaN(position)) &&
    new Set(placed.map(({ position }) => position)).size === placed.length
  );
}

function trailingNumber(text: string): number {
  return Number(/(\d+)$/.exec(text)?.[1] ?? Number.NaN);
}
