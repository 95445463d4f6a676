import { assert } from '../core/assert.ts';
import { type RowPart, rowPartsOf } from './row-part.ts';
import type { Seat } from './seat.ts';
import { inListOrder } from './seat-order.ts';

/** Seats with following ids at following ordinals: those that were added together. */
interface Run {
  firstId: number;
  firstOrdinal: number;
  count: number;
}

/** The seats of one event as the organiser listed them. A seat's ordinal is its place in that list, from 0. */
export class Hall {
  readonly eventId: number;
  readonly seats: readonly Seat[];
  /** Seats side by side, best first in the organiser's order. Empty for unnumbered seats. */
  readonly rowParts: readonly RowPart[];
  readonly numbered: boolean;
  readonly #runs: readonly Run[];
  #sorted: Uint32Array | undefined;

  constructor(eventId: number, seats: readonly Seat[], options: { numbered: boolean }) {
    this.eventId = eventId;
    this.seats = seats;
    this.numbered = options.numbered;
    this.rowParts = options.numbered ? rowPartsOf(seats) : [];
    this.#runs = runsOf(seats);
  }

  ordinalOf(seatId: number): number | undefined {
    let low = 0;
    let high = this.#runs.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#runs[middle] as Run).firstId <= seatId) low = middle;
      else high = middle;
    }
    const run = this.#runs[low];
    const offset = run ? seatId - run.firstId : -1;
    return run && offset >= 0 && offset < run.count ? run.firstOrdinal + offset : undefined;
  }

  seatAt(ordinal: number): Seat {
    const seat = this.seats[ordinal];
    assert(seat !== undefined, `no seat at ordinal ${ordinal} of event ${this.eventId}`);
    return seat;
  }

  /** Ordinals by section, row and number: the order of lists. */
  inListOrder(): Uint32Array {
    this.#sorted ??= inListOrder(this.seats);
    return this.#sorted;
  }
}

/** By id. A few of them: each lookup of a hold would miss the processor's cache in a map of all seats. */
function runsOf(seats: readonly Seat[]): Run[] {
  const runs: Run[] = [];
  let latest: Run | undefined;
  for (const [ordinal, { seatId }] of seats.entries()) {
    if (latest && seatId === latest.firstId + latest.count) {
      latest.count++;
    } else {
      latest = { firstId: seatId, firstOrdinal: ordinal, count: 1 };
      runs.push(latest);
    }
  }
  return runs.sort((left, right) => left.firstId - right.firstId);
}
