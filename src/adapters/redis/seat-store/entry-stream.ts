import type { Clock } from '../../../core/clock.ts';
import { Entry } from './entry.ts';

/** An entry that has not come is waited for this long; then what it said is looked up. */
const GAP_MILLIS = 250;
/** How long a reader waits for entries that others have seen. */
const PATIENCE_MILLIS = 2_000;
/** Between entries that are told together, which are all of one node. */
const PARTED = '\n\n';
/** Entries kept while one before them is missing. */
const WAITING_MAX = 10_000;

export interface StreamListener {
  /** Who listens. */
  readonly node: string;
  readonly clock: Clock;
  /** Each entry of the generation once, in order. */
  entry(entry: Entry): void;
  /** Entries were lost on the way, or there are too many to keep: how the seats stand must be looked up. */
  gap(): void;
}

/**
 * The entries of one event in their order, whichever way they come: in the answer to a command of this node, or on the
 * channel, or both.
 */
export class EntryStream {
  readonly #listener: StreamListener;
  #generation = 0;
  #position: number | undefined;
  readonly #waiting = new Map<number, Entry>();
  #readers: { sequence: number; wake: (reached: boolean) => void }[] = [];
  #cancelGap: (() => void) | undefined;

  constructor(listener: StreamListener) {
    this.#listener = listener;
  }

  get generation(): number {
    return this.#generation;
  }

  /** The latest entry that was told; undefined before the first. */
  get position(): number | undefined {
    return this.#position;
  }

  /** Whether an entry is missing that others came after. */
  get hasGap(): boolean {
    return this.#waiting.size > 0;
  }

  /** From here on: what was told up to this entry is known in another way. */
  beginAt(generation: number, position: number): void {
    if (generation < this.#generation) return;
    if (generation > this.#generation) this.#waiting.clear();
    this.#generation = generation;
    this.#position = position;
    for (const sequence of this.#waiting.keys()) if (sequence <= position) this.#waiting.delete(sequence);
    this.#flow();
  }

  /** From the channel. What this node did itself comes with the answer to its command, and is not read twice. */
  hear(text: string): void {
    const origin = text.split(',', 5)[4];
    if (origin === this.#listener.node) return;
    for (const each of text.split(PARTED)) {
      const [sequence, , generation] = each.split(',', 3);
      const isKnown = Number(generation) === this.#generation && Number(sequence) <= (this.#position ?? 0);
      if (!isKnown) this.take(new Entry(each));
    }
  }

  take(entry: Entry): void {
    const { generation, sequence } = entry;
    if (generation < this.#generation) return;
    if (generation > this.#generation || this.#position === undefined) {
      this.beginAt(generation, sequence - 1);
    }
    if (sequence <= (this.#position as number)) return;
    this.#waiting.set(sequence, entry);
    this.#flow();
  }

  /** Resolves when everything up to this entry has been told; false when it did not come. */
  reached(sequence: number): Promise<boolean> {
    if (this.#position !== undefined && this.#position >= sequence) return Promise.resolve(true);
    return new Promise((resolve) => {
      const reader = {
        sequence,
        wake: (reached: boolean) => {
          stopWaiting();
          resolve(reached);
        },
      };
      const stopWaiting = this.#listener.clock.after(PATIENCE_MILLIS, () => {
        this.#readers = this.#readers.filter((each) => each !== reader);
        resolve(false);
      });
      this.#readers.push(reader);
    });
  }

  close(): void {
    this.#cancelGap?.();
    for (const reader of this.#readers) reader.wake(false);
    this.#readers = [];
  }

  #flow(): void {
    for (;;) {
      const next = (this.#position as number) + 1;
      const entry = this.#waiting.get(next);
      if (!entry) break;
      this.#waiting.delete(next);
      this.#position = next;
      this.#listener.entry(entry);
    }
    this.#wakeReaders();
    this.#cancelGap?.();
    this.#cancelGap = undefined;
    if (this.#waiting.size > WAITING_MAX) this.#listener.gap();
    else if (this.#waiting.size > 0)
      this.#cancelGap = this.#listener.clock.after(GAP_MILLIS, () => this.#listener.gap());
  }

  #wakeReaders(): void {
    const position = this.#position as number;
    if (!this.#readers.some(({ sequence }) => sequence <= position)) return;
    const ready = this.#readers.filter(({ sequence }) => sequence <= position);
    this.#readers = this.#readers.filter(({ sequence }) => sequence > position);
    for (const reader of ready) reader.wake(true);
  }
}
