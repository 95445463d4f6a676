import type { CatalogStore, SeatBlock } from './ports/catalog-store.ts';
import type { CatalogSeat } from './seat.ts';

/** Which seats belong to which event. Halls that somebody asked for are kept: the sale works on the same seats. */
export class HallBook {
  readonly #store: Pick<CatalogStore, 'seatsOf'>;
  readonly #halls = new Map<number, readonly CatalogSeat[]>();
  #blocks: SeatBlock[] = [];
  /** How often other nodes added seats: a hall that was read meanwhile may lack them. */
  #followed = 0;

  constructor(store: Pick<CatalogStore, 'seatsOf'>) {
    this.#store = store;
  }

  /** Forgets the halls, and takes the blocks as the store has them. */
  startWith(blocks: readonly SeatBlock[]): void {
    this.#halls.clear();
    this.#blocks = [...blocks];
  }

  /** Seats of an event in the organiser's order. */
  async seatsOf(eventId: number): Promise<readonly CatalogSeat[]> {
    const known = this.#halls.get(eventId);
    if (known) return known;
    const followed = this.#followed;
    const read = await this.#store.seatsOf(eventId);
    if (followed !== this.#followed) return this.seatsOf(eventId);
    // Seats that were added while the store was read are in the book already.
    const seats = this.#halls.get(eventId) ?? read;
    this.#halls.set(eventId, seats);
    return seats;
  }

  /** Takes over blocks that other nodes added, and says to which events; blocks never go away. */
  follow(blocks: readonly SeatBlock[]): ReadonlySet<number> {
    const known = new Set(this.#blocks.map(({ firstSeatId }) => firstSeatId));
    const added = blocks.filter(({ firstSeatId }) => !known.has(firstSeatId));
    const grown = new Set(added.map(({ eventId }) => eventId));
    if (grown.size === 0) return grown;
    this.#followed++;
    for (const eventId of grown) this.#halls.delete(eventId);
    this.#blocks = [...this.#blocks, ...added].sort((a, b) => a.firstSeatId - b.firstSeatId);
    return grown;
  }

  /** Seats that have just been written, with consecutive ids. */
  add(eventId: number, seats: readonly CatalogSeat[]): void {
    const [first] = seats;
    if (!first) return;
    if (this.#blocks.some(({ firstSeatId }) => firstSeatId === first.seatId)) {
      // Read from the store already; the hall is read when it is asked for.
      this.#halls.delete(eventId);
      return;
    }
    this.#blocks.push({ firstSeatId: first.seatId, seats: seats.length, eventId });
    this.#blocks.sort((a, b) => a.firstSeatId - b.firstSeatId);
    // A hall that is not in the book is read when it is asked for, these seats with it.
    const before = this.#halls.get(eventId);
    if (before) this.#halls.set(eventId, [...before, ...seats]);
  }

  /** The event of a seat: found among the blocks by halving, without a look at the seats. */
  eventOfSeat(seatId: number): number | undefined {
    let low = 0;
    let high = this.#blocks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#blocks[middle] as SeatBlock).firstSeatId <= seatId) low = middle + 1;
      else high = middle;
    }
    const block = this.#blocks[low - 1];
    return block && seatId < block.firstSeatId + block.seats ? block.eventId : undefined;
  }
}
