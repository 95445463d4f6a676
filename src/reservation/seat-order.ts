import type { Seat } from './seat.ts';

const PARTS = /(\d+)|(\D+)/g;

/** Orders text as people do: A2 before A10. */
export function naturalOrder(left: string, right: string): number {
  return left === right ? 0 : orderOf(partsOf(left), partsOf(right));
}

function partsOf(text: string): readonly string[] {
  return text.match(PARTS) ?? [];
}

function orderOf(left: readonly string[], right: readonly string[]): number {
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = orderOfParts(left[i] as string, right[i] as string);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function orderOfParts(left: string, right: string): number {
  const difference = Number(left) - Number(right);
  if (!Number.isNaN(difference) && difference !== 0) return difference;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Ordinals by section, row and number; seats without a section or row come first. Each text is taken apart once. */
export function inListOrder(seats: readonly Seat[]): Uint32Array {
  const rows = new Map<string, number[]>();
  seats.forEach(({ section, row }, ordinal) => {
    const key = JSON.stringify([section, row]);
    const known = rows.get(key);
    if (known) known.push(ordinal);
    else rows.set(key, [ordinal]);
  });
  const seatOf = (ordinal: number | undefined) => seats[ordinal as number] as Seat;
  const sorted = [...rows.values()].sort((left, right) => bySectionAndRow(seatOf(left[0]), seatOf(right[0])));
  return Uint32Array.from(sorted.flatMap((row) => byNumber(seats, row)));
}

function bySectionAndRow(left: Seat, right: Seat): number {
  return (
    naturalOrder(left.section ?? '', right.section ?? '') || naturalOrder(left.row ?? '', right.row ?? '')
  );
}

function byNumber(seats: readonly Seat[], row: readonly number[]): number[] {
  const numbered = row.map((ordinal) => ({ ordinal, parts: partsOf((seats[ordinal] as Seat).number) }));
  return numbered.sort((left, right) => orderOf(left.parts, right.parts)).map(({ ordinal }) => ordinal);
}
