import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemDigest } from '../../../src/adapters/system/digest.ts';
import {
  type AnyDigest,
  commitmentText,
  DRAW_ALGORITHM,
  type DrawProof,
  type DrawReceipt,
  entrantText,
  hexOf,
  rootsText,
  utf8,
} from '../../../src/contract/draw.ts';
import { drawFault } from '../../../src/contract/draw-check.ts';
import { EntrantsTree } from '../../../src/waiting-room/draw/entrants-tree.ts';
import { Shuffle } from '../../../src/waiting-room/draw/shuffle.ts';

const digest = systemDigest();
const sha256 = (text: string) => hexOf(digest.sha256(utf8(text)));
const EVENT = 3;

/** A draw as the house would publish it. */
function drawOf(count: number, secret = 'the secret', beacon: string | null = 'round 5: ff') {
  const all = Array.from({ length: count }, (_, at) =>
    entrantText(EVENT, 'normal', at, `n${at}`, `user|${at}`),
  );
  const tree = new EntrantsTree(digest);
  for (const each of all) tree.append(each);
  const lanes = [{ lane: 'normal', entrants: count, merkle_root: hexOf(tree.root()) }];
  const merkle_root = sha256(rootsText(lanes));
  const proof: DrawProof = {
    event_id: EVENT,
    algorithm: DRAW_ALGORITHM,
    beacon_source: 'drand',
    entrants: count,
    lanes,
    merkle_root,
    commitment: sha256(commitmentText(EVENT, secret, 'drand')),
    secret,
    beacon,
  };
  const shuffle = new Shuffle({ eventId: EVENT, secret, root: merkle_root, beacon }, 'normal', count, digest);
  const receipt = (index: number): DrawReceipt => ({
    entrant: all[index] as string,
    leaf: hexOf(tree.leaf(all[index] as string)),
    path: tree.path(index, (from, length) => all.slice(from, from + length)).map(hexOf),
    lane: 'normal',
    index,
    place: shuffle.placeOf(index),
  });
  return { proof, receipt };
}

describe('the check of a receipt', () => {
  it('finds nothing wrong with any entrant of an honest draw', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 700 }), fc.nat(), async (count, seed) => {
        const { proof, receipt } = drawOf(count);
        const own = { commitment: proof.commitment, userId: `user|${seed % count}` };
        expect(await drawFault(proof, receipt(seed % count), digest, own)).toBeUndefined();
      }),
      { numRuns: 60 },
    );
  });

  it('works with the hashes of a browser, which come later', async () => {
    const web: AnyDigest = {
      sha256: async (data) => new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(data))),
      async hmacSha256(key, data) {
        const how = { name: 'HMAC', hash: 'SHA-256' };
        const imported = await crypto.subtle.importKey('raw', new Uint8Array(key), how, false, ['sign']);
        return new Uint8Array(await crypto.subtle.sign('HMAC', imported, new Uint8Array(data)));
      },
    };
    const { proof, receipt } = drawOf(100);
    expect(await drawFault(proof, receipt(42), web)).toBeUndefined();
    expect(await drawFault(proof, { ...receipt(42), place: receipt(41).place }, web)).toBe(
      'place does not follow',
    );
  });

  it('finds every forged receipt', async () => {
    const { proof, receipt } = drawOf(200);
    const mine = receipt(77);
    const other = receipt(78);
    const forged: [string, Partial<DrawReceipt>][] = [
      ['place does not follow', { place: mine.place === 1 ? 2 : mine.place - 1 }],
      ['leaf does not fit the entrant', { entrant: other.entrant }],
      ['leaf does not fit the entrant', { index: 78 }],
      ['leaf does not fit the entrant', { leaf: other.leaf }],
      ['entrant not in the tree', { path: other.path }],
      ['entrant not in the tree', { path: mine.path.slice(1) }],
      ['entrant not in the tree', { path: [...mine.path, mine.leaf] }],
      ['lane unknown', { lane: 'high' }],
    ];
    for (const [fault, change] of forged)
      expect(await drawFault(proof, { ...mine, ...change }, digest)).toBe(fault);
  });

  it('finds a receipt that is right, and of somebody else', async () => {
    const { proof, receipt } = drawOf(20);
    const own = { userId: 'user|7' };
    expect(await drawFault(proof, receipt(7), digest, own)).toBeUndefined();
    expect(await drawFault(proof, receipt(8), digest, own)).toBe('entrant is somebody else');
  });

  it('finds a house that changed its secret, its roots or its beacon afterwards', async () => {
    const { proof, receipt } = drawOf(200);
    const another = drawOf(200, 'another secret').proof;
    const mine = receipt(5);
    expect(await drawFault({ ...proof, secret: 'x' }, mine, digest)).toBe(
      'commitment does not fit the secret',
    );
    expect(await drawFault(proof, mine, digest, { commitment: another.commitment })).toBe(
      'commitment does not fit the secret',
    );
    expect(await drawFault({ ...proof, merkle_root: sha256('') }, mine, digest)).toBe('roots do not fit');
    expect(await drawFault({ ...proof, beacon: 'round 6: 00' }, mine, digest)).toBe('place does not follow');
    expect(await drawFault({ ...proof, beacon: null }, mine, digest)).toBe(
      'beacon is not as it was announced',
    );
    expect(await drawFault({ ...proof, secret: null }, mine, digest)).toBe('not opened');
    expect(await drawFault({ ...proof, algorithm: 'dice' }, mine, digest)).toBe('algorithm unknown');
  });
});
