import { Turns } from '../../../core/turns.ts';
import type { SeatMove } from '../../../reservation/claims.ts';
import { FreeSeats } from '../../../reservation/free-seats.ts';
import type { Hall } from '../../../reservation/hall.ts';
import type { Database } from '../database.ts';

const FREE = "SELECT seat_id FROM seat_claim WHERE event_id = ? AND state = 'AVAILABLE'";

interface Copy {
  hall: Hall;
  isFree: Uint8Array;
  seats: FreeSeats;
  /** Left out of proposals, though nothing was heard of them. */
  passedOver: Set<number>;
}

/**
 * Where the free seats of an event are, read from the rows now and then and kept up with the moves that this node hears
 * of. It may be behind: what is proposed from it is claimed like any other seat.
 */
export class FreeInRows {
  readonly #database: Database;
  readonly #copies = new Map<number, Copy>();
  readonly #turns = new Turns<number>();
  /** Readings that have not begun. */
  readonly #next = new WeakMap<Hall, Promise<FreeSeats>>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** As they were when this node last looked. */
  async recent(hall: Hall): Promise<FreeSeats> {
    const copy = this.#copies.get(hall.eventId);
    return copy?.hall === hall ? copy.seats : this.fresh(hall);
  }

  /** As the rows have them now. All who ask while an event is read share the next reading: in a hall that is sold out that is a crowd. */
  fresh(hall: Hall): Promise<FreeSeats> {
    const next = this.#next.get(hall) ?? this.#turns.take(hall.eventId, () => this.#begin(hall));
    this.#next.set(hall, next);
    return next;
  }

  async #begin(hall: Hall): Promise<FreeSeats> {
    // Leaves the caller's turn first, so that all who ask in it are with him.
    await undefined;
    this.#next.delete(hall);
    return this.#read(hall);
  }

  async #read(hall: Hall): Promise<FreeSeats> {
    const rows = await this.#database.query<{ seat_id: number }>(FREE, [hall.eventId]);
    const isFree = new Uint8Array(hall.seats.length);
    for (const row of rows) {
      const ordinal = hall.ordinalOf(row.seat_id);
      if (ordinal !== undefined) isFree[ordinal] = 1;
    }
    const seats = new FreeSeats(hall, (ordinal) => isFree[ordinal] === 1);
    this.#copies.set(hall.eventId, { hall, isFree, seats, passedOver: new Set() });
    return seats;
  }

  moved(eventId: number, moves: readonly SeatMove[]): void {
    const copy = this.#copies.get(eventId);
    if (!copy) return;
    for (const { seatId, to } of moves) {
      const ordinal = copy.hall.ordinalOf(seatId);
      if (ordinal === undefined) continue;
      copy.passedOver.delete(ordinal);
      show(copy, ordinal, to === 'AVAILABLE');
    }
  }

  /** Proposes others until `noMorePassedOver`: somebody has these, and it is not known yet what becomes of them. */
  passOver(hall: Hall, seatIds: readonly number[]): void {
    const copy = this.#copies.get(hall.eventId);
    if (copy?.hall !== hall) return;
    for (const seatId of seatIds) {
      const ordinal = hall.ordinalOf(seatId);
      if (ordinal === undefined || copy.isFree[ordinal] === 0) continue;
      copy.passedOver.add(ordinal);
      show(copy, ordinal, false);
    }
  }

  /** Those that are passed over with the others; undefined where none is. */
  withPassedOver(hall: Hall): FreeSeats | undefined {
    const copy = this.#copies.get(hall.eventId);
    if (copy?.hall !== hall || copy.passedOver.size === 0) return undefined;
    const { isFree, passedOver } = copy;
    return new FreeSeats(hall, (ordinal) => isFree[ordinal] === 1 || passedOver.has(ordinal));
  }

  /** Those of them of which nothing was heard meanwhile are free, as before. */
  noMorePassedOver(hall: Hall, seatIds: readonly number[]): void {
    const copy = this.#copies.get(hall.eventId);
    if (copy?.hall !== hall) return;
    for (const seatId of seatIds) {
      const ordinal = hall.ordinalOf(seatId);
      if (ordinal !== undefined && copy.passedOver.delete(ordinal)) show(copy, ordinal, true);
    }
  }

  forget(eventId: number): void {
    this.#copies.delete(eventId);
  }
}

function show({ isFree, seats }: Copy, ordinal: number, free: boolean): void {
  isFree[ordinal] = free ? 1 : 0;
  seats.seatChanged(ordinal);
}
