import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemDigest } from '../../../src/adapters/system/digest.ts';
import { type Draw, Shuffle } from '../../../src/waiting-room/draw/shuffle.ts';

const digest = systemDigest();
const draw: Draw = { eventId: 7, secret: 'a secret', root: 'ab', beacon: null };
const places = (count: number, more: Partial<Draw> = {}, lane = 'normal') => {
  const shuffle = new Shuffle({ ...draw, ...more }, lane, count, digest);
  return Array.from({ length: count }, (_, index) => shuffle.placeOf(index));
};

describe('the shuffle', () => {
  it('gives each of n entrants one of n places, for every n', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_000 }), fc.string(), (count, secret) => {
        expect(places(count, { secret }).sort((a, b) => a - b)).toEqual(
          Array.from({ length: count }, (_, index) => index + 1),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('knows who has a place', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.nat(), (count, seed) => {
        const shuffle = new Shuffle(draw, 'low', count, digest);
        const index = seed % count;
        expect(shuffle.indexAt(shuffle.placeOf(index))).toBe(index);
      }),
    );
  });

  it('is another one after a change of one bit of the secret, of the root, of the beacon or of the lane', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.nat(255), (bytes, bit) => {
        const changed = bytes.slice();
        changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
        const [before, after] = [bytes, changed].map((each) => Buffer.from(each).toString('hex'));
        expect(places(500, { secret: before as string })).not.toEqual(
          places(500, { secret: after as string }),
        );
      }),
      { numRuns: 50 },
    );
    expect(places(500, { root: 'ac' })).not.toEqual(places(500));
    expect(places(500, { beacon: 'round 1' })).not.toEqual(places(500));
    expect(places(500, {}, 'high')).not.toEqual(places(500));
  });

  it('favours nobody: over many secrets each entrant gets each place about equally often', () => {
    const count = 7;
    const draws = 7_000;
    const seen = Array.from({ length: count * count }, () => 0);
    for (let each = 0; each < draws; each++) {
      for (const [index, place] of places(count, { secret: `secret ${each}` }).entries()) {
        seen[index * count + place - 1] = (seen[index * count + place - 1] as number) + 1;
      }
    }
    const expected = draws / count;
    const chiSquare = seen.reduce((sum, times) => sum + (times - expected) ** 2 / expected, 0);
    // 36 degrees of freedom: above 82 once in 50,000 fair runs, and this run is always the same.
    expect(chiSquare).toBeLessThan(82);
  });
});
