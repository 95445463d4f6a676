import { onlyUnavailable } from '../core/unavailable.ts';
import type { Seats } from './ports/seats.ts';

/**
 * Tells the seats of halls that have grown. The catalogue has it first: when the seats cannot be told at that moment, or
 * the node that added them is no more, they are told later, by whoever sees it.
 */
export class HallNews {
  readonly #seats: Pick<Seats, 'hallChanged'>;
  readonly #untold = new Set<number>();

  constructor(seats: Pick<Seats, 'hallChanged'>) {
    this.#seats = seats;
  }

  /** Throws Unavailable when they must be told again. */
  async tell(eventId: number): Promise<void> {
    this.#untold.add(eventId);
    await this.#seats.hallChanged(eventId);
    this.#untold.delete(eventId);
  }

  /** Somebody else added seats, and may not have told. */
  heard(eventIds: Iterable<number>): void {
    for (const eventId of eventIds) this.#untold.add(eventId);
  }

  /** Of all that have not been told. */
  async tellAgain(): Promise<void> {
    for (const eventId of [...this.#untold]) await this.tell(eventId).catch(onlyUnavailable);
  }
}
