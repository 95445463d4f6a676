import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemDigest } from '../../../src/adapters/system/digest.ts';
import { nodeBytes } from '../../../src/contract/draw.ts';
import { EntrantsTree } from '../../../src/waiting-room/draw/entrants-tree.ts';

const digest = systemDigest();
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const entrants = (count: number) => Array.from({ length: count }, (_, index) => `entrant ${index}`);

function grown(all: readonly string[]): EntrantsTree {
  const tree = new EntrantsTree(digest);
  for (const each of all) tree.append(each);
  return tree;
}

/** RFC 6962, section 2.1, word by word. */
function rootOf(tree: EntrantsTree, all: readonly string[]): Uint8Array {
  if (all.length === 0) return digest.sha256(new Uint8Array());
  if (all.length === 1) return tree.leaf(all[0] as string);
  let split = 1;
  while (split * 2 < all.length) split *= 2;
  return digest.sha256(nodeBytes(rootOf(tree, all.slice(0, split)), rootOf(tree, all.slice(split))));
}

describe('the tree of entrants', () => {
  it('has the root of RFC 6962 at every size', () => {
    const tree = new EntrantsTree(digest);
    for (let size = 0; size <= 300; size++) {
      expect(hex(tree.root())).toBe(hex(rootOf(tree, entrants(size))));
      tree.append(`entrant ${size}`);
    }
  });

  it('hashes nothing to the empty root of RFC 6962', () => {
    expect(hex(grown([]).root())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  it('leads from every entrant to the root', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000 }), fc.nat(), (size, seed) => {
        const all = entrants(size);
        const tree = grown(all);
        const index = seed % size;
        const path = tree.path(index, (from, count) => all.slice(from, from + count));
        let from = 0;
        let to = size;
        const turns: boolean[] = [];
        while (to - from > 1) {
          let split = 1;
          while (split * 2 < to - from) split *= 2;
          const isLeft = index < from + split;
          turns.unshift(isLeft);
          if (isLeft) to = from + split;
          else from += split;
        }
        expect(path).toHaveLength(turns.length);
        const root = path.reduce(
          (node, sibling, at) =>
            digest.sha256(turns[at] ? nodeBytes(node, sibling) : nodeBytes(sibling, node)),
          tree.leaf(all[index] as string),
        );
        expect(hex(root)).toBe(hex(tree.root()));
      }),
      { numRuns: 200 },
    );
  });
});
