import type { Hall } from './hall.ts';
import { seatId } from './hall-seat.ts';
import { seatDistance } from './seat-grid.ts';
import { FREE } from './seat-status.ts';

/** A gap in a row wider than this many pitches is an aisle. */
const AISLE = 1.8;

export interface SeatOffer {
  readonly seats: readonly number[];
  readonly adjacent: boolean;
}

interface Wish {
  /** Where the buyer wanted to sit. */
  readonly near: number;
  readonly size: number;
  readonly pitch: number;
  /** Seats not to offer: the ones just lost. */
  readonly except: ReadonlySet<number>;
}

/**
 * The free seats closest to a lost one: next to each other if there are enough, else apart. Answers at once from the live
 * map; the server still decides. Undefined when fewer than `size` seats are free.
 */
export function nearestFree(hall: Hall, wish: Wish): SeatOffer | undefined {
  const together = nearestStretch(hall, wish);
  if (together) return { seats: together, adjacent: true };
  const free: { seat: number; distance: number }[] = [];
  for (let seat = 0; seat < hall.count; seat += 1) {
    if (isOpen(hall, seat, wish)) free.push({ seat, distance: seatDistance(hall, seat, wish.near) });
  }
  if (free.length < wish.size) return undefined;
  free.sort((a, b) => a.distance - b.distance);
  return { seats: free.slice(0, wish.size).map(({ seat }) => seat), adjacent: wish.size === 1 };
}

function nearestStretch(hall: Hall, wish: Wish): readonly number[] | undefined {
  let best: readonly number[] | undefined;
  let least = Infinity;
  for (const row of hall.rows) {
    let run: number[] = [];
    for (const seat of row.seats) {
      if (!isOpen(hall, seat, wish)) {
        run = [];
        continue;
      }
      const before = run.at(-1);
      if (before !== undefined && seatDistance(hall, before, seat) > AISLE * wish.pitch) run = [];
      run.push(seat);
      if (run.length < wish.size) continue;
      const stretch = run.slice(-wish.size);
      const distance = stretch.reduce((sum, member) => sum + seatDistance(hall, member, wish.near), 0);
      if (distance < least) {
        least = distance;
        best = stretch;
      }
    }
  }
  return best;
}

function isOpen(hall: Hall, seat: number, wish: Wish): boolean {
  return hall.status[seat] === FREE && !wish.except.has(seatId(hall, seat));
}
