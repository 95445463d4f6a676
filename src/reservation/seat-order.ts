import type { Seat } from './seat.ts';

const PARTS = /(\d+)|(\D+)/g;

/** Orders text as people do: A2 before A10. */
export function naturalOrder(left: string, right: string): number {
  if (left === right) return 0;
  const a = left.match(PARTS) ?? [];
  const b = right.match(PARTS) ?? [];
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = orderOfParts(a[i] as string, b[i] as string);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function orderOfParts(left: string, right: string): number {
  const difference = Number(left) - Number(right);
  if (!Number.isNaN(difference) && difference !== 0) return difference;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** By section, row and number; seats without a section or row come first. */
export function bySectionRowNumber(left: Seat, right: Seat): number {
  return (
    naturalOrder(left.section ?? '', right.section ?? '') ||
    naturalOrder(left.row ?? '', right.row ?? '') ||
    naturalOrder(left.number, right.number)
  );
}
