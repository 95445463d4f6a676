import { FreeSeats } from '../../../reservation/free-seats.ts';
import type { Hall } from '../../../reservation/hall.ts';
import type { EntryLine } from './entry.ts';
import type { PackedSeat } from './packed-seat.ts';

const AVAILABLE = 'A';

/**
 * How the seats of an event stand, as this node has heard. It decides nothing: it saves reading a hall again and again,
 * and it knows where a party could sit.
 */
export class Mirror {
  readonly hall: Hall;
  readonly epoch: number;
  readonly #seats: (PackedSeat | null)[];
  #room: FreeSeats | undefined;
  #unasked: FreeSeats | undefined;
  readonly #asked = new Set<number>();
  readonly #node: number;
  readonly #awaiting: (() => void)[] = [];

  /** `node` is any number of this node's own. */
  constructor(hall: Hall, epoch: number, seats: (PackedSeat | null)[], node: number) {
    this.hall = hall;
    this.epoch = epoch;
    this.#seats = seats;
    this.#node = node;
  }

  seatAt(ordinal: number): PackedSeat | null {
    return this.#seats[ordinal] ?? null;
  }

  /** Where there is room, for all that anybody has told. Made when somebody first asks; from then on kept. */
  get room(): FreeSeats {
    this.#room ??= new FreeSeats(this.hall, (ordinal) => this.#isFree(ordinal));
    return this.#room;
  }

  /** The same without seats that this node has asked for and has no answer about yet. */
  get unasked(): FreeSeats {
    this.#unasked ??= new FreeSeats(
      this.hall,
      (ordinal) => this.#isFree(ordinal) && !this.#asked.has(ordinal),
      { first: this.#node % Math.max(1, this.hall.seats.length) },
    );
    return this.#unasked;
  }

  /** False when the hall has no such seat. */
  apply({ seatId, seat }: EntryLine): boolean {
    const ordinal = this.hall.ordinalOf(seatId);
    if (ordinal === undefined) return false;
    this.#seats[ordinal] = seat;
    this.#room?.seatChanged(ordinal);
    this.#unasked?.seatChanged(ordinal);
    return true;
  }

  /** Until the answer, no other party of this node is sent to these seats. */
  async whileAsked<R>(ordinals: readonly number[], ask: () => Promise<R>): Promise<R> {
    for (const ordinal of ordinals) {
      this.#asked.add(ordinal);
      this.#unasked?.seatChanged(ordinal);
    }
    try {
      return await ask();
    } finally {
      for (const ordinal of ordinals) {
        this.#asked.delete(ordinal);
        this.#unasked?.seatChanged(ordinal);
      }
      for (const wake of this.#awaiting.splice(0)) wake();
    }
  }

  /** Resolves at the next answer about seats that were asked for; at once when there is none to come. */
  nextAnswer(): Promise<void> {
    if (this.#asked.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#awaiting.push(resolve));
  }

  #isFree(ordinal: number): boolean {
    const seat = this.#seats[ordinal];
    return seat === null || seat === undefined || seat[0] === AVAILABLE;
  }
}
