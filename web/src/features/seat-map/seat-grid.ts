import type { Hall } from './hall.ts';

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** About this many seats lie in a cell: few enough to test each, enough to keep the grid small. */
const SEATS_PER_CELL = 32;
const SAMPLE = 200;

/**
 * Seats sorted into square cells, so that hit tests and drawing look only at what is near. Cell c holds
 * seats[start[c] .. start[c + 1]).
 */
export interface SeatGrid {
  readonly bounds: Box;
  readonly cellSize: number;
  readonly columns: number;
  readonly lines: number;
  readonly start: Uint32Array;
  readonly seats: Uint32Array;
  /** The usual distance between neighbouring seats, in the hall's units. */
  readonly pitch: number;
}

export function buildGrid(hall: Hall): SeatGrid {
  const bounds = boundsOf(hall);
  const width = Math.max(bounds.right - bounds.left, 1e-6);
  const depth = Math.max(bounds.bottom - bounds.top, 1e-6);
  const cellSize = Math.max(
    Math.sqrt((width * depth * SEATS_PER_CELL) / Math.max(hall.count, 1)),
    Math.max(width, depth) / 512,
  );
  const columns = Math.floor(width / cellSize) + 1;
  const lines = Math.floor(depth / cellSize) + 1;
  const cellOf = (seat: number) =>
    Math.floor(((hall.y[seat] ?? 0) - bounds.top) / cellSize) * columns +
    Math.floor(((hall.x[seat] ?? 0) - bounds.left) / cellSize);
  const start = new Uint32Array(columns * lines + 1);
  for (let seat = 0; seat < hall.count; seat += 1) {
    const next = cellOf(seat) + 1;
    start[next] = (start[next] ?? 0) + 1;
  }
  for (let cell = 1; cell < start.length; cell += 1)
    start[cell] = (start[cell] ?? 0) + (start[cell - 1] ?? 0);
  const seats = new Uint32Array(hall.count);
  const filled = start.slice();
  for (let seat = 0; seat < hall.count; seat += 1) {
    const cell = cellOf(seat);
    const slot = filled[cell] ?? 0;
    seats[slot] = seat;
    filled[cell] = slot + 1;
  }
  return { bounds, cellSize, columns, lines, start, seats, pitch: pitchOf(hall) };
}

/** Calls back for every seat whose cell touches the box; some may lie a cell outside. */
export function forEachSeatIn(grid: SeatGrid, box: Box, visit: (seat: number) => void): void {
  const { bounds, cellSize, columns, lines, start, seats } = grid;
  const clamp = (value: number, most: number) => Math.min(Math.max(Math.floor(value / cellSize), 0), most);
  const firstColumn = clamp(box.left - bounds.left, columns - 1);
  const lastColumn = clamp(box.right - bounds.left, columns - 1);
  const lastLine = clamp(box.bottom - bounds.top, lines - 1);
  for (let line = clamp(box.top - bounds.top, lines - 1); line <= lastLine; line += 1) {
    const from = start[line * columns + firstColumn] ?? 0;
    const to = start[line * columns + lastColumn + 1] ?? 0;
    for (let slot = from; slot < to; slot += 1) visit(seats[slot] ?? 0);
  }
}

/** The seat nearest to a point of the hall, if one lies within half a pitch. */
export function seatAt(hall: Hall, grid: SeatGrid, point: { x: number; y: number }): number | undefined {
  const reach = grid.pitch * 0.6;
  const box = {
    left: point.x - reach,
    top: point.y - reach,
    right: point.x + reach,
    bottom: point.y + reach,
  };
  let nearest: number | undefined;
  let least = reach * reach;
  forEachSeatIn(grid, box, (seat) => {
    const distance = ((hall.x[seat] ?? 0) - point.x) ** 2 + ((hall.y[seat] ?? 0) - point.y) ** 2;
    if (distance > least) return;
    least = distance;
    nearest = seat;
  });
  return nearest;
}

export function boundsOf(hall: Hall, seats: Iterable<number> = hall.x.keys()): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const seat of seats) {
    left = Math.min(left, hall.x[seat] ?? 0);
    right = Math.max(right, hall.x[seat] ?? 0);
    top = Math.min(top, hall.y[seat] ?? 0);
    bottom = Math.max(bottom, hall.y[seat] ?? 0);
  }
  return left === Infinity ? { left: 0, top: 0, right: 0, bottom: 0 } : { left, top, right, bottom };
}

/** The median distance between row neighbours, from a sample of rows. */
function pitchOf(hall: Hall): number {
  const rows = hall.rows.filter((row) => row.seats.length > 1);
  const step = Math.max(1, Math.floor(rows.length / SAMPLE));
  const distances: number[] = [];
  for (let row = 0; row < rows.length; row += step) {
    const [first = 0, second = 0] = rows[row]?.seats ?? [];
    const distance = seatDistance(hall, first, second);
    if (distance > 0) distances.push(distance);
  }
  distances.sort((a, b) => a - b);
  return distances[distances.length >> 1] ?? 1;
}

export function seatDistance(hall: Hall, a: number, b: number): number {
  return Math.hypot((hall.x[a] ?? 0) - (hall.x[b] ?? 0), (hall.y[a] ?? 0) - (hall.y[b] ?? 0));
}
