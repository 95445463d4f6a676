import type { Line } from './line.ts';

/** Run lengths are told apart up to here; a longer run counts as this long. */
const LONGEST = 31;

/**
 * Which lines have which runs of free seats, so that the first line that suits a party is found without looking at
 * the hall: a segment tree over the lines in their order, each node the union of its lines' run lengths as bits.
 * Lines whose seats changed are only marked, and re-read (one line each) when somebody asks.
 */
export class FreeRuns {
  readonly lines: readonly Line[];
  readonly #isFree: (ordinal: number) => boolean;
  readonly #tree: Uint32Array;
  readonly #leaves: number;
  readonly #stale = new Set<number>();

  constructor(lines: readonly Line[], isFree: (ordinal: number) => boolean) {
    this.lines = lines;
    this.#isFree = isFree;
    this.#leaves = 2 ** Math.ceil(Math.log2(Math.max(1, lines.length)));
    this.#tree = new Uint32Array(2 * this.#leaves);
    for (const index of lines.keys()) this.#stale.add(index);
  }

  /** To be told of every line in which a seat became free or stopped being so. */
  lineChanged(lineIndex: number): void {
    this.#stale.add(lineIndex);
  }

  /** Indices of lines that have a run of one of the wanted lengths, in order; wanted as bits 1 to 31. */
  *linesWith(wanted: number): Generator<number> {
    this.#refresh();
    let from = 0;
    for (;;) {
      const found = this.#firstFrom(1, 0, this.#leaves, from, wanted);
      if (found === undefined) return;
      yield found;
      from = found + 1;
    }
  }

  /** Free stretches of a line, as [first position, length]. */
  runsOf(lineIndex: number): [number, number][] {
    const { ordinals } = this.lines[lineIndex] as Line;
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
    for (const line of this.#stale) {
      let bits = 0;
      for (const [, length] of this.runsOf(line)) bits |= 1 << Math.min(length, LONGEST);
      let node = this.#leaves + line;
      this.#tree[node] = bits;
      for (node >>= 1; node >= 1; node >>= 1) {
        this.#tree[node] = (this.#tree[2 * node] as number) | (this.#tree[2 * node + 1] as number);
      }
    }
    this.#stale.clear();
  }

  /** The first line at or after `from` below `node`, which covers the lines [start, start + width). */
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
