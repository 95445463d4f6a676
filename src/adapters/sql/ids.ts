import { monotonicFactory } from 'ulid';
import type { Clock } from '../../core/clock.ts';
import type { IdKind, Ids } from '../../core/ids.ts';
import type { Random } from '../../core/random.ts';
import { Unavailable } from '../../core/unavailable.ts';
import type { Database } from './database.ts';

/** Ids that are handed out one by one come from blocks of this many. */
const BLOCK = 50_000;

interface Block {
  next: number;
  end: number;
}

/** Reserves the first blocks, then resolves. The rest of a block is lost with the process: gaps are normal. */
export async function blockIds(database: Database, clock: Clock, random: Random): Promise<Ids> {
  const ids = new BlockIds(database, clock, random);
  await ids.fill('reservation');
  await ids.fill('booking');
  return ids;
}

class BlockIds implements Ids {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #ulid: (seedTime?: number) => string;
  readonly #blocks = new Map<IdKind, Block>();
  readonly #following = new Map<IdKind, Block>();
  /** One reservation at a time for each kind, so that blocks come in the order in which they are asked for. */
  readonly #reserving = new Map<IdKind, Promise<unknown>>();

  constructor(database: Database, clock: Clock, random: Random) {
    this.#database = database;
    this.#clock = clock;
    this.#ulid = monotonicFactory(() => random.below(2 ** 32) / 2 ** 32);
  }

  ulid(): string {
    return this.#ulid(this.#clock.now());
  }

  next(kind: IdKind): number {
    let block = this.#blocks.get(kind);
    if (!block || block.next > block.end) {
      block = this.#following.get(kind);
      if (!block) {
        this.#fillFollowing(kind);
        throw new Unavailable(`no ${kind} ids are reserved at the moment`);
      }
      this.#blocks.set(kind, block);
      this.#following.delete(kind);
    }
    if (block.end - block.next < BLOCK / 2 && !this.#following.has(kind)) this.#fillFollowing(kind);
    return block.next++;
  }

  async nextBlock(kind: IdKind, count: number): Promise<number> {
    const { next } = await this.#reserve(kind, count);
    return next;
  }

  async fill(kind: IdKind): Promise<void> {
    this.#blocks.set(kind, await this.#reserve(kind, BLOCK));
  }

  #fillFollowing(kind: IdKind): void {
    if (this.#reserving.has(kind)) return;
    this.#reserve(kind, BLOCK).then(
      (block) => this.#following.set(kind, block),
      () => undefined, // The next call asks again.
    );
  }

  async #reserve(kind: IdKind, count: number): Promise<Block> {
    const before = this.#reserving.get(kind) ?? Promise.resolve();
    const mine = before.then(async () => {
      const end = await this.#database.raise(`id:${kind}`, count);
      return { next: end - count + 1, end };
    });
    const settled = mine.catch(() => undefined);
    this.#reserving.set(kind, settled);
    try {
      return await mine;
    } finally {
      if (this.#reserving.get(kind) === settled) this.#reserving.delete(kind);
    }
  }
}
