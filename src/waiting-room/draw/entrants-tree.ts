import { leafText, nodeBytes } from '../../contract/draw.ts';
import { assert } from '../../core/assert.ts';
import type { Digest } from '../ports/digest.ts';

/** Leaves of one block. Only blocks and what is above them are kept: two bytes an entrant instead of 64. */
export const BLOCK = 32;
/** What is hashed into a node: a mark and two hashes. */
const NODE_BYTES = 1 + 2 * 32;

/** The entrants of a stretch, in the order of arrival. */
export type ReadEntrants = (from: number, count: number) => readonly string[];

/**
 * A Merkle tree over entrants in the order of their arrival (RFC 6962, section 2.1), which grows by one hash or so per
 * entrant, so that its root is there when the doors open. Hashes below a block are made again when a path is asked for.
 */
export class EntrantsTree {
  readonly #digest: Digest;
  /** Level k has the roots of full stretches of BLOCK * 2^k leaves, one after the other. */
  readonly #levels: Uint8Array[][] = [[]];
  readonly #hashed = new Uint8Array(NODE_BYTES);
  #tail: Uint8Array[] = [];
  #size = 0;

  constructor(digest: Digest) {
    this.#digest = digest;
  }

  get size(): number {
    return this.#size;
  }

  append(entrant: string): void {
    this.#tail.push(this.leaf(entrant));
    this.#size++;
    if (this.#tail.length < BLOCK) return;
    let node = this.#fold(this.#tail);
    this.#tail = [];
    for (let level = 0; ; level++) {
      this.#levels[level] ??= [];
      const nodes = this.#levels[level] as Uint8Array[];
      nodes.push(node);
      if (nodes.length % 2 === 1) return;
      node = this.#node(nodes[nodes.length - 2] as Uint8Array, node);
    }
  }

  leaf(entrant: string): Uint8Array {
    return this.#digest.sha256(leafText(entrant));
  }

  /** Of an empty tree: the hash of nothing. */
  root(): Uint8Array {
    return this.#size === 0 ? this.#digest.sha256(new Uint8Array()) : this.#rootOf(0, this.#size, undefined);
  }

  /** From the leaf's sibling to the root's child. */
  path(index: number, read: ReadEntrants): Uint8Array[] {
    assert(index >= 0 && index < this.#size, `no entrant ${index} among ${this.#size}`);
    const path: Uint8Array[] = [];
    const block = this.#blockWith(index, read);
    let from = 0;
    let to = this.#size;
    while (to - from > 1) {
      const middle = from + split(to - from);
      if (index < middle) {
        path.push(this.#rootOf(middle, to, block));
        to = middle;
      } else {
        path.push(this.#rootOf(from, middle, block));
        from = middle;
      }
    }
    return path.reverse();
  }

  #blockWith(index: number, read: ReadEntrants): { from: number; leaves: readonly Uint8Array[] } {
    const from = index - (index % BLOCK);
    const tailFrom = this.#size - this.#tail.length;
    if (from >= tailFrom) return { from: tailFrom, leaves: this.#tail };
    return { from, leaves: read(from, BLOCK).map((entrant) => this.leaf(entrant)) };
  }

  /** Of the leaves in [from, to), which is a stretch that the tree has. */
  #rootOf(
    from: number,
    to: number,
    block: { from: number; leaves: readonly Uint8Array[] } | undefined,
  ): Uint8Array {
    const size = to - from;
    const isFull = size >= BLOCK && (size & (size - 1)) === 0 && from % size === 0;
    if (isFull) return (this.#levels[Math.log2(size / BLOCK)] as Uint8Array[])[from / size] as Uint8Array;
    const tailFrom = this.#size - this.#tail.length;
    if (from >= tailFrom) return this.#fold(this.#tail.slice(from - tailFrom, to - tailFrom));
    if (size < BLOCK && block) return this.#fold(block.leaves.slice(from - block.from, to - block.from));
    const middle = from + split(size);
    return this.#node(this.#rootOf(from, middle, block), this.#rootOf(middle, to, block));
  }

  #fold(leaves: readonly Uint8Array[]): Uint8Array {
    if (leaves.length === 1) return leaves[0] as Uint8Array;
    const middle = split(leaves.length);
    return this.#node(this.#fold(leaves.slice(0, middle)), this.#fold(leaves.slice(middle)));
  }

  #node(left: Uint8Array, right: Uint8Array): Uint8Array {
    return this.#digest.sha256(nodeBytes(left, right, this.#hashed));
  }
}

/** The largest power of two below `size`. */
function split(size: number): number {
  return 2 ** Math.ceil(Math.log2(size) - 1);
}
