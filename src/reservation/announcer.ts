import type { SeatMove } from './claims.ts';
import type { Announcements } from './ports/announcements.ts';

/** Passes on what happened to seats, to each listener in the order in which they came. */
export class Announcer implements Announcements {
  readonly #listeners: Partial<Announcements>[] = [];

  /** They hear of what happens from now on. */
  heardBy(...listeners: readonly (Partial<Announcements> | undefined)[]): void {
    for (const listener of listeners) if (listener) this.#listeners.push(listener);
  }

  seatsMoved(eventId: number, moves: readonly SeatMove[]): void {
    for (const listener of this.#listeners) listener.seatsMoved?.(eventId, moves);
  }

  seatsReloaded(eventId: number, epoch: number): void {
    for (const listener of this.#listeners) listener.seatsReloaded?.(eventId, epoch);
  }
}
