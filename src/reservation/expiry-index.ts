import type { Millis } from '../core/clock.ts';

interface Entry {
  at: Millis;
  holdId: number;
}

/**
 * Holds in the order in which they end: a binary heap, ties broken by id. An entry is never removed early; the
 * reader checks whether the hold still ends at that time, since extensions and sales leave old entries behind.
 */
export class ExpiryIndex {
  readonly #heap: Entry[] = [];

  get size(): number {
    return this.#heap.length;
  }

  add(at: Millis, holdId: number): void {
    const heap = this.#heap;
    let child = heap.length;
    heap.push({ at, holdId });
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.#before(child, parent)) break;
      this.#swap(child, parent);
      child = parent;
    }
  }

  /** When the earliest entry is due, or undefined when there is none. */
  nextAt(): Millis | undefined {
    return this.#heap[0]?.at;
  }

  /** Takes out the earliest entry that is due at `now` and returns its hold. */
  takeDue(now: Millis): { at: Millis; holdId: number } | undefined {
    const heap = this.#heap;
    const first = heap[0];
    if (first === undefined || first.at > now) return undefined;
    const last = heap.pop();
    if (last !== undefined && last !== first) {
      heap[0] = last;
      this.#sink();
    }
    return first;
  }

  #sink(): void {
    const size = this.#heap.length;
    let parent = 0;
    for (;;) {
      const left = 2 * parent + 1;
      if (left >= size) return;
      const right = left + 1;
      const child = right < size && this.#before(right, left) ? right : left;
      if (!this.#before(child, parent)) return;
      this.#swap(child, parent);
      parent = child;
    }
  }

  #before(left: number, right: number): boolean {
    const a = this.#heap[left] as Entry;
    const b = this.#heap[right] as Entry;
    return a.at < b.at || (a.at === b.at && a.holdId < b.holdId);
  }

  #swap(left: number, right: number): void {
    const heap = this.#heap;
    [heap[left], heap[right]] = [heap[right] as Entry, heap[left] as Entry];
  }
}
