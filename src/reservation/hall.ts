import { assert } from '../core/assert.ts';
import { type Line, linesOf } from './line.ts';
import type { Seat } from './seat.ts';
import { inListOrder } from './seat-order.ts';

/** The seats of one event as the organiser listed them. A seat's ordinal is its place in that list, from 0. */
export class Hall {
  readonly eventId: number;
  readonly seats: readonly Seat[];
  /** Seats side by side, best first in the organiser's order. Empty for unnumbered seats. */
  readonly lines: readonly Line[];
  readonly numbered: boolean;
  readonly #ordinals = new Map<number, number>();
  #sorted: Uint32Array | undefined;

  constructor(eventId: number, seats: readonly Seat[], options: { numbered: boolean }) {
    this.eventId = eventId;
    this.seats = seats;
    this.numbered = options.numbered;
    this.lines = options.numbered ? linesOf(seats) : [];
    for (let ordinal = 0; ordinal < seats.length; ordinal++) {
      this.#ordinals.set((seats[ordinal] as Seat).seatId, ordinal);
    }
  }

  ordinalOf(seatId: number): number | undefined {
    return this.#ordinals.get(seatId);
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
