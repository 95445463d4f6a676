import type { Millis } from '../../core/clock.ts';
import type { Dice } from './dice.ts';

interface Entry {
  at: Millis;
  /** Decides between events of the same moment, so that every order of them comes up under some seed. */
  tie: number;
  label: string;
  run: (() => void) | undefined;
}

/**
 * Virtual time: a heap of what will happen, by moment and then by lot. Nothing happens but what is in it, so a seed
 * decides everything.
 */
export class Scheduler {
  readonly #heap: Entry[] = [];
  readonly #dice: Dice;
  #now: Millis;

  constructor(dice: Dice, start: Millis) {
    this.#dice = dice;
    this.#now = start;
  }

  /** The world's time; a process may believe in another one. */
  get now(): Millis {
    return this.#now;
  }

  /** Runs once at or after `delayMillis`; the result cancels. */
  after(delayMillis: Millis, label: string, run: () => void): () => void {
    const entry: Entry = { at: this.#now + Math.max(0, delayMillis), tie: this.#dice.unit(), label, run };
    this.#push(entry);
    return () => {
      entry.run = undefined;
    };
  }

  /** Runs the next event and returns its label; undefined when nothing is left to happen. */
  step(): string | undefined {
    for (let next = this.#pop(); next; next = this.#pop()) {
      if (!next.run) continue;
      this.#now = next.at;
      next.run();
      return next.label;
    }
    return undefined;
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let child = heap.length;
    heap.push(entry);
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!before(entry, heap[parent] as Entry)) break;
      heap[child] = heap[parent] as Entry;
      child = parent;
    }
    heap[child] = entry;
  }

  #pop(): Entry | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last || first === last) return first;
    let parent = 0;
    for (let child = 1; child < heap.length; child = 2 * parent + 1) {
      if (child + 1 < heap.length && before(heap[child + 1] as Entry, heap[child] as Entry)) child++;
      if (!before(heap[child] as Entry, last)) break;
      heap[parent] = heap[child] as Entry;
      parent = child;
    }
    heap[parent] = last;
    return first;
  }
}

function before(left: Entry, right: Entry): boolean {
  return left.at < right.at || (left.at === right.at && left.tie < right.tie);
}
