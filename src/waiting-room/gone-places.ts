const FIRST_CAPACITY = 1_024;

/**
 * How many places before a given one were given up, in the logarithm of their number: a Fenwick tree (Fenwick, "A New
 * Data Structure for Cumulative Frequency Tables", 1994) over places from 1 on. Four bytes a place, and none before
 * somebody gives one up.
 */
export class GonePlaces {
  #tree: Uint32Array | undefined;

  add(place: number): void {
    const tree = this.#reaching(place);
    for (let at = place; at < tree.length; at += at & -at) tree[at] = (tree[at] as number) + 1;
  }

  /** Given up among the places 1 to `place`. */
  upTo(place: number): number {
    const tree = this.#tree;
    if (!tree) return 0;
    let sum = 0;
    for (let at = Math.min(place, tree.length - 1); at > 0; at -= at & -at) sum += tree[at] as number;
    return sum;
  }

  /** The length is a power of two and one: a tree twice as large has the old one as its left half. */
  #reaching(place: number): Uint32Array {
    let tree = this.#tree ?? new Uint32Array(FIRST_CAPACITY + 1);
    while (place >= tree.length) {
      const capacity = tree.length - 1;
      const larger = new Uint32Array(2 * capacity + 1);
      larger.set(tree);
      larger[2 * capacity] = tree[capacity] as number;
      tree = larger;
    }
    this.#tree = tree;
    return tree;
  }
}
