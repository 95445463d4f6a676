import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Entry, Wish } from '../../../src/waitlist/entry.ts';
import { asksForNoLess, nextParties } from '../../../src/waitlist/turn.ts';

const NOW = 1_700_000_000_000;

function entry(place: number, wish: Wish): Entry {
  return {
    eventId: 1,
    place,
    userId: `u${place}`,
    sessionId: null,
    admissionId: null,
    wish,
    state: 'WAITING',
    revision: 1,
    attempt: 1,
    joinedAt: NOW,
    offer: null,
    reason: null,
    endedAt: null,
  };
}

const lineOf = (...sizes: number[]) => sizes.map((size, index) => entry(index + 1, { size }));
const turn = { free: 3, unnumbered: true, noRoomFor: [], most: 100 };
const places = (parties: readonly Entry[]) => parties.map(({ place }) => place);

describe('the next parties', () => {
  it('of unnumbered seats: as many as find room, first come first', () => {
    const { parties, through } = nextParties(lineOf(1, 1, 1, 1), turn);
    expect(places(parties)).toEqual([1, 2, 3]);
    expect(through).toBe(4);
  });

  it('those for whom there is too little room are passed over', () => {
    expect(places(nextParties(lineOf(4, 2, 2, 1), turn).parties)).toEqual([2, 4]);
  });

  it('nobody gets in the same turn what came back after one before him was passed over', () => {
    const line = lineOf(3, 1, 3);
    const first = nextParties(line, { ...turn, unnumbered: false, free: 2 });
    expect({ parties: places(first.parties), passed: first.passed }).toEqual({
      parties: [2],
      passed: [{ size: 3 }],
    });
    const next = nextParties(line.slice(first.through), {
      ...turn,
      unnumbered: false,
      free: 4,
      noRoomFor: first.passed,
    });
    expect(places(next.parties)).toEqual([]);
  });

  it('of numbered seats, and of parties that want certain ones, one at a time', () => {
    const first = nextParties(lineOf(1, 1), { ...turn, unnumbered: false });
    expect([places(first.parties), first.through]).toEqual([[1], 1]);
    const choosy = [entry(1, { size: 1, section: 'A' }), entry(2, { size: 1 })];
    expect(nextParties(choosy, turn)).toMatchObject({ parties: [choosy[0]], through: 1 });
    const choosySecond = [entry(1, { size: 1 }), entry(2, { size: 1, section: 'A' }), entry(3, { size: 1 })];
    expect(places(nextParties(choosySecond, turn).parties)).toEqual([1]);
  });

  it('a party is passed over when one that asked for no more found no room', () => {
    const line = [entry(1, { size: 2, section: 'A' }), entry(2, { size: 1, section: 'B' })];
    const { parties } = nextParties(line, {
      ...turn,
      unnumbered: false,
      noRoomFor: [{ size: 1, section: 'A' }],
    });
    expect(places(parties)).toEqual([2]);
  });

  it('never promises more than is free, keeps the order, and goes on behind whom it looked at', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(
        sizes,
        fc.integer({ min: 0, max: 20 }),
        fc.integer({ min: 1, max: 10 }),
        (all, free, most) => {
          const line = lineOf(...all);
          const { parties, through } = nextParties(line, { ...turn, free, most });
          expect(parties.reduce((sum, { wish }) => sum + wish.size, 0)).toBeLessThanOrEqual(free);
          expect(parties.length).toBeLessThanOrEqual(most);
          expect(places(parties)).toEqual([...places(parties)].sort((a, b) => a - b));
          expect(through).toBeGreaterThanOrEqual(parties.at(-1)?.place ?? 1);
          // Nobody who was passed over would have found room beside those before him.
          let left = free;
          for (const { place, wish } of line.filter((each) => each.place <= through)) {
            if (places(parties).includes(place)) left -= wish.size;
            else expect(wish.size).toBeGreaterThan(left);
          }
        },
      ),
    );
  });
});

describe('asking for no less', () => {
  it.each<[Wish, Wish, boolean]>([
    [{ size: 2 }, { size: 1 }, true],
    [{ size: 1 }, { size: 2 }, false],
    [{ size: 2, section: 'A' }, { size: 2 }, true],
    [{ size: 2 }, { size: 2, section: 'A' }, false],
    [{ size: 2, section: 'B' }, { size: 2, section: 'A' }, false],
    [{ size: 2, type: 'VIP' }, { size: 1, type: 'VIP' }, true],
    [{ size: 1, maxPrice: 50 }, { size: 1, maxPrice: 60 }, true],
    [{ size: 1, maxPrice: 60 }, { size: 1, maxPrice: 50 }, false],
    [{ size: 1 }, { size: 1, maxPrice: 50 }, false],
  ])('%j after %j: %s', (wish, before, expected) => {
    expect(asksForNoLess(wish, before)).toBe(expected);
  });
});
