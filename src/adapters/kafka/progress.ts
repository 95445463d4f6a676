/** How far one partition has been dealt with: records are begun in order, and end in any. */
export class Progress {
  /** Offsets that were begun and have not ended, lowest first, for a Set keeps the order in which it was filled. */
  readonly #open = new Set<bigint>();
  #next: bigint;
  #told: bigint;

  /** `position` is the offset of the record that comes first. */
  constructor(position: bigint) {
    this.#next = position;
    this.#told = position;
  }

  begin(offset: bigint): void {
    this.#open.add(offset);
    this.#next = offset + 1n;
  }

  end(offset: bigint): void {
    this.#open.delete(offset);
  }

  /** Skips what needs no dealing with, such as the marks of transactions. */
  skipTo(offset: bigint): void {
    if (offset > this.#next) this.#next = offset;
  }

  /** Offset of the next record to read. */
  get next(): bigint {
    return this.#next;
  }

  /** The offset below which everything has ended; undefined when that was told before. */
  takeEnded(): bigint | undefined {
    const [lowest] = this.#open;
    const ended = lowest ?? this.#next;
    if (ended === this.#told) return undefined;
    this.#told = ended;
    return ended;
  }
}
