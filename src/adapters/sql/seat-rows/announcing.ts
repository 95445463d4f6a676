import type { SeatMove } from '../../../reservation/claims.ts';
import type { Hall } from '../../../reservation/hall.ts';
import type { Announcements } from '../../../reservation/ports/announcements.ts';
import type { ClaimNews } from '../../../reservation/ports/claim-news.ts';
import type { FreeInRows } from './free-in-rows.ts';
import type { RowsOfEvents } from './rows-of-events.ts';

interface AnnouncingNeeds {
  announcements: Announcements;
  news: ClaimNews;
  rows: RowsOfEvents;
  free: FreeInRows;
}

/** Tells what happened to seats whose claims are in rows, here and on the other nodes, and hears what they did. */
export class Announcing {
  readonly #needs: AnnouncingNeeds;
  /** By hall, the number of the latest move of each seat that was told here: transactions end in any order. */
  readonly #told = new WeakMap<Hall, Float64Array>();

  constructor(needs: AnnouncingNeeds) {
    this.#needs = needs;
    needs.news.listen({
      moved: (eventId, epoch, moves) => this.#hear(eventId, epoch, moves),
      reloaded: (eventId, epoch) => this.#heardReload(eventId, epoch),
      missed: () => {
        for (const eventId of needs.rows.eventIds()) this.#missed(eventId);
      },
    });
  }

  /** By this node, and committed. A command is decided in a hall of its own seats; told is where they are in the whole one. */
  async moved({ eventId }: Hall, moves: readonly SeatMove[]): Promise<void> {
    const hall = await this.#needs.rows.hall(eventId);
    if (moves.length === 0 || !hall) return;
    const epoch = await this.#needs.rows.epoch(eventId);
    const placed = moves.map((move) => ({ ...move, ordinal: hall.ordinalOf(move.seatId) as number }));
    this.#tell(hall, placed);
    this.#needs.news.moved(eventId, epoch, placed);
  }

  /** By this node: the rows stand under this epoch now. */
  reloaded(eventId: number, epoch: number): void {
    this.#needs.free.forget(eventId);
    this.#needs.announcements.seatsReloaded(eventId, epoch);
    this.#needs.news.reloaded(eventId, epoch);
  }

  #hear(eventId: number, epoch: number, moves: readonly SeatMove[]): void {
    const known = this.#needs.rows.known(eventId);
    // Who has never asked for the hall has nobody to tell.
    if (!known) return;
    const isInHall = moves.every(({ seatId, ordinal }) => known.hall.ordinalOf(seatId) === ordinal);
    if (epoch > known.epoch || !isInHall) this.#heardReload(eventId, epoch);
    else this.#tell(known.hall, moves);
  }

  #heardReload(eventId: number, epoch: number): void {
    const { rows, free, announcements } = this.#needs;
    if (rows.forget(eventId, epoch)) {
      free.forget(eventId);
      announcements.seatsReloaded(eventId, epoch);
    } else this.#missed(eventId);
  }

  #missed(eventId: number): void {
    const { rows, free, announcements } = this.#needs;
    const known = rows.known(eventId);
    free.forget(eventId);
    if (known) announcements.seatsReloaded(eventId, known.epoch);
  }

  #tell(hall: Hall, moves: readonly SeatMove[]): void {
    const told = this.#told.get(hall) ?? new Float64Array(hall.seats.length);
    this.#told.set(hall, told);
    const latest = moves.filter(({ ordinal, number }) => number > (told[ordinal] as number));
    for (const { ordinal, number } of latest) told[ordinal] = number;
    if (latest.length === 0) return;
    this.#needs.free.moved(hall.eventId, latest);
    this.#needs.announcements.seatsMoved(hall.eventId, latest);
  }
}
