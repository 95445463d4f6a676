import type { HoldBlocks } from '../../../reservation/ports/shared-seat-ledger.ts';

const SMALLEST_BLOCK = 128;
const LARGEST_BLOCK = 8_192;

/**
 * Ids for the holds of one event. Each block is larger than the one before, so that a quiet event wastes few ids and a
 * rush seldom asks for more.
 */
export class HoldIds {
  readonly #eventId: number;
  readonly #blocks: HoldBlocks;
  #ids: number[] = [];
  #size = SMALLEST_BLOCK;
  #filling: Promise<void> | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(eventId: number, blocks: HoldBlocks) {
    this.#eventId = eventId;
    this.#blocks = blocks;
  }

  /** Who waits for ids is not passed by who needs fewer: calls are answered in their order. */
  take(count: number): Promise<number[]> | number[] {
    if (this.#waiting === 0 && this.#ids.length >= count) return this.#taken(count);
    this.#waiting++;
    const mine = this.#turn.then(() => this.#await(count));
    this.#turn = mine.catch(() => undefined);
    return mine.finally(() => {
      this.#waiting--;
    });
  }

  async #await(count: number): Promise<number[]> {
    while (this.#ids.length < count) {
      this.#filling ??= this.#fill();
      await this.#filling;
    }
    return this.#taken(count);
  }

  #taken(count: number): number[] {
    const taken = this.#ids.splice(this.#ids.length - count, count).reverse();
    if (this.#ids.length < this.#size / 4 && !this.#filling) {
      this.#filling = this.#fill();
      // Who needs them meanwhile hears of the failure.
      this.#filling.catch(() => undefined);
    }
    return taken;
  }

  /** Of a command that was refused, so that its ids were never seen. */
  giveBack(ids: readonly number[]): void {
    for (const id of [...ids].reverse()) this.#ids.push(id);
  }

  /** The larger ids stand in front, so that those taken from the end grow. */
  async #fill(): Promise<void> {
    try {
      const { first } = await this.#blocks.reserve(this.#eventId, this.#size);
      const block = Array.from({ length: this.#size }, (_, index) => first + this.#size - 1 - index);
      this.#ids = [...block, ...this.#ids];
      this.#size = Math.min(2 * this.#size, LARGEST_BLOCK);
    } finally {
      this.#filling = undefined;
    }
  }
}
