/** Of those that are too many, as many go at once: a map that lost its first entries is slow to say which is first. */
const SHARE_FORGOTTEN = 1 / 16;

export interface LatestMapOptions<K, V> {
  /** Entries kept; 0 keeps none. */
  most: number;
  /** Hears of each entry that has to go because there are too many. */
  forgotten?: (key: K, value: V) => void;
}

/** A map that keeps its latest entries: what is set is the latest, and past `most` of them the oldest are forgotten. */
export class LatestMap<K, V> {
  readonly #entries = new Map<K, V>();
  readonly #options: LatestMapOptions<K, V>;

  constructor(options: LatestMapOptions<K, V>) {
    this.#options = options;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: K): V | undefined {
    return this.#entries.get(key);
  }

  has(key: K): boolean {
    return this.#entries.has(key);
  }

  set(key: K, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size > this.#options.most) this.#forgetOldest();
  }

  delete(key: K): boolean {
    return this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }

  /** Oldest first. */
  [Symbol.iterator](): IterableIterator<[K, V]> {
    return this.#entries[Symbol.iterator]();
  }

  #forgetOldest(): void {
    const { most, forgotten } = this.#options;
    let left = this.#entries.size - most + Math.floor(most * SHARE_FORGOTTEN);
    for (const [key, value] of this.#entries) {
      if (left-- <= 0) return;
      this.#entries.delete(key);
      forgotten?.(key, value);
    }
  }
}
