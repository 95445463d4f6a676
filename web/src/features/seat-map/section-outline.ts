import type { Hall } from './hall.ts';
import { type Box, boundsOf } from './seat-grid.ts';

export interface SectionOutline {
  readonly section: number;
  readonly box: Box;
  /** A convex hull of the section's seats, as x, y pairs. */
  readonly hull: readonly (readonly [number, number])[];
}

/** The shape of each section, from the ends of its rows. */
export function sectionOutlines(hall: Hall): SectionOutline[] {
  return hall.sections.map((_, section) => {
    const ends = hall.rows
      .filter((row) => row.section === section)
      .flatMap(({ seats }) => [seats.at(0) ?? 0, seats.at(seats.length >> 1) ?? 0, seats.at(-1) ?? 0]);
    const points = ends.map((seat) => [hall.x[seat] ?? 0, hall.y[seat] ?? 0] as const);
    return { section, box: boundsOf(hall, ends), hull: convexHull(points) };
  });
}

type Point = readonly [number, number];

/** Andrew's monotone chain (1979). */
function convexHull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort(([ax, ay], [bx, by]) => ax - bx || ay - by);
  const half = (ordered: readonly Point[]) => {
    const chain: Point[] = [];
    for (const point of ordered) {
      while (chain.length > 1 && !turnsLeft(chain.at(-2), chain.at(-1), point)) chain.pop();
      chain.push(point);
    }
    return chain.slice(0, -1);
  };
  return sorted.length < 2 ? sorted : [...half(sorted), ...half(sorted.reverse())];
}

function turnsLeft(a: Point = [0, 0], b: Point = [0, 0], c: Point = [0, 0]): boolean {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]) > 0;
}
