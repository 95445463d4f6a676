import type { HoldBlock, HoldBlocks } from '../../../reservation/ports/shared-seat-ledger.ts';

/** Blocks that are remembered. */
const REMEMBERED_MAX = 20_000;

/** Finds the event of a hold: the ledger knows to which event each block of ids went, and that never changes. */
export class EventHolds {
  readonly #ledger: Pick<HoldBlocks, 'blockWith'>;
  /** By their first id. */
  #blocks: HoldBlock[] = [];

  constructor(ledger: Pick<HoldBlocks, 'blockWith'>) {
    this.#ledger = ledger;
  }

  async eventOf(holdId: number): Promise<number | undefined> {
    const known = this.#blocks[this.#after(holdId) - 1];
    if (known && holdId < known.first + known.count) return known.eventId;
    const block = await this.#ledger.blockWith(holdId);
    if (block) this.#remember(block);
    return block?.eventId;
  }

  #remember(block: HoldBlock): void {
    if (this.#blocks.length >= REMEMBERED_MAX) this.#blocks = [];
    const place = this.#after(block.first);
    if (this.#blocks[place - 1]?.first !== block.first) this.#blocks.splice(place, 0, block);
  }

  /** How many blocks begin at or before this id. */
  #after(holdId: number): number {
    let [low, high] = [0, this.#blocks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#blocks[middle] as HoldBlock).first <= holdId) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
