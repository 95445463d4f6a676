import type { RowPart } from './row-part.ts';

/** Run lengths are told apart up to here; a longer run counts as this long. */
const LONGEST = 31;

/**
 * Which parts of rows have which runs of free seats, so that the first one that suits a party is found without looking at
 * the hall: a segment tree over the parts in their order, each node the union of its parts' run lengths as bits.
 * Those whose seats changed are only marked, and re-read (one each) when somebody asks.
 */
export class FreeRuns {
  readonly parts: readonly RowPart[];
  readonly #isFree: (ordinal: number) => boolean;
  readonly #tree: Uint32Array;
  readonly #leaves: number;
  readonly #stale = new Set<number>();

  constructor(parts: readonly RowPart[], isFree: (ordinal: number) => boolean) {
    this.parts = parts;
    this.#isFree = isFree;
    this.#leaves = 2 ** Math.ceil(Math.log2(Math.max(1, parts.length)));
    this.#tree = new Uint32Array(2 * this.#leaves);
    for (const index of parts.keys()) this.#stale.add(index);
  }

  /** To be told of every part in which a seat became free or stopped being so. */
  partChanged(partIndex: number): void {
    this.#stale.add(partIndex);
  }

  /** Indices of parts that have a run of one of the wanted lengths, in order; wanted as bits 1 to 31. */
  *partsWith(wanted: number): Generator<number> {
    this.#refresh();
    let from = 0;
    for (;;) {
      const found = this.#firstFrom(1, 0, this.#leaves, from, wanted);
      if (found === undefined) return;
      yield found;
      from = found + 1;
    }
  }

  /** Free stretches of a part, as [first position, length]. */
  runsOf(partIndex: number): [number, number][] {
    const { ordinals } = this.parts[partIndex] as RowPart;
    const runs: [number, number][] = [];
    let length = 0;
    for (let position = 0; position <= ordinals.length; position++) {
      if (position < ordinals.length && this.#isFree(ordinals[position] as number)) length++;
      else if (length > 0) {
        runs.push([position - length, length]);
        length = 0;
      }
    }
    return runs;
  }

  #refresh(): void {
    for (const part of this.#stale) {
      let bits = 0;
      for (const [, length] of this.runsOf(part)) bits |= 1 << Math.min(length, LONGEST);
      let node = this.#leaves + part;
      this.#tree[node] = bits;
      for (node >>= 1; node >= 1; node >>= 1) {
        this.#tree[node] = (this.#tree[2 * node] as number) | (this.#tree[2 * node + 1] as number);
      }
    }
    this.#stale.clear();
  }

  /** The first part at or after `from` below `node`, which covers the parts [start, start + width). */
  #firstFrom(node: number, start: number, width: number, from: number, wanted: number): number | undefined {
    if (start + width <= from || ((this.#tree[node] as number) & wanted) === 0) return undefined;
    if (width === 1) return start;
    const half = width / 2;
    return (
      this.#firstFrom(2 * node, start, half, from, wanted) ??
      this.#firstFrom(2 * node + 1, start + half, half, from, wanted)
    );
  }
}

/** Bits of every run length of at least `size`. */
export function atLeast(size: number): number {
  return size > LONGEST ? 1 << LONGEST : -1 << size;
}

/** Bits of the run lengths from which a party of `size` can be taken without leaving a single seat between others. */
export function withoutOrphan(size: number): number {
  return size + 1 >= LONGEST ? atLeast(size) : atLeast(size) & ~(1 << (size + 1));
}
