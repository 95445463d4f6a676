import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FreeSeats } from '../../../src/reservation/free-seats.ts';
import type { Hall } from '../../../src/reservation/hall.ts';
import { hallOfRows, unnumberedHall } from './halls.ts';

const occupiedHall = (options: { longestRow: number; rows: number }) =>
  fc
    .array(fc.integer({ min: 1, max: options.longestRow }), { minLength: 1, maxLength: options.rows })
    .chain((lengths) => {
      const seats = lengths.reduce((sum, length) => sum + length, 0);
      return fc.record({
        hall: fc.constantFrom(
          hallOfRows(lengths),
          hallOfRows(lengths, (row) => (row < lengths.length / 2 ? 0 : 1)),
        ),
        taken: fc.uniqueArray(fc.integer({ min: 0, max: seats - 1 })).map((ordinals) => new Set(ordinals)),
      });
    });

/** Every way to seat the party side by side, found by trying all. */
function placements(hall: Hall, isFree: (ordinal: number) => boolean, size: number) {
  return hall.rowParts.flatMap(({ ordinals }) => {
    const free = (position: number) => {
      const ordinal = ordinals[position];
      return ordinal !== undefined && isFree(ordinal);
    };
    const isOrphan = (position: number, away: -1 | 1) => free(position) && !free(position + away);
    return Array.from({ length: Math.max(0, ordinals.length - size + 1) }, (_, start) => start)
      .filter((start) => ordinals.slice(start, start + size).every(isFree))
      .map((start) => ({
        ordinals: ordinals.slice(start, start + size),
        leavesOrphan: isOrphan(start - 1, -1) || isOrphan(start + size, 1),
      }));
  });
}

describe('a party together', () => {
  const property = (halls: ReturnType<typeof occupiedHall>, sizes: fc.Arbitrary<number>) =>
    fc.property(halls, sizes, ({ hall, taken }, size) => {
      const isFree = (ordinal: number) => !taken.has(ordinal);
      const possible = placements(hall, isFree, size);
      const found = new FreeSeats(hall, isFree).together({ size });
      const chosen = possible.find(({ ordinals }) => ordinals.join() === found?.join());
      if (possible.length === 0) expect(found).toBeUndefined();
      else {
        expect(chosen).toBeDefined();
        const orphanFree = possible.some(({ leavesOrphan }) => !leavesOrphan);
        expect(chosen?.leavesOrphan).toBe(!orphanFree);
      }
    });

  it('sits side by side, and leaves no single seat behind where that can be had anywhere', () => {
    fc.assert(property(occupiedHall({ longestRow: 12, rows: 5 }), fc.integer({ min: 1, max: 8 })), {
      numRuns: 1_000,
    });
  });

  it('may be as large as the house allows', () => {
    fc.assert(property(occupiedHall({ longestRow: 70, rows: 4 }), fc.integer({ min: 28, max: 64 })), {
      numRuns: 300,
    });
  });

  it('of thirty leaves no single seat behind either', () => {
    const found = new FreeSeats(hallOfRows([31, 30]), () => true).together({ size: 30 });
    expect(found?.[0]).toBe(31);
  });

  it('gets the section, type and price it wished for, or nothing', () => {
    const hall = hallOfRows([4, 4, 4], (row) => row);
    const free = new FreeSeats(hall, () => true);
    expect(free.together({ size: 2, maxPrice: 99_99 })).toBeUndefined();
    expect(free.together({ size: 2, section: 'Balcony' })).toBeUndefined();
    expect(free.together({ size: 2, type: 'VIP' })).toBeUndefined();
    const cheap = free.together({ size: 4, maxPrice: 100_00 });
    expect(cheap).toEqual([0, 1, 2, 3]);
  });
});

describe('a party in groups', () => {
  it('is seated whenever enough seats are free, each group side by side', () => {
    fc.assert(
      fc.property(
        occupiedHall({ longestRow: 8, rows: 5 }),
        fc.integer({ min: 2, max: 10 }),
        ({ hall, taken }, size) => {
          const isFree = (ordinal: number) => !taken.has(ordinal);
          const free = new FreeSeats(hall, isFree);
          if (free.together({ size })) return;
          const groups = free.inGroups({ size });
          if (hall.seats.length - taken.size < size) {
            expect(groups).toBeUndefined();
            return;
          }
          const seated = groups?.flat() ?? [];
          expect(new Set(seated).size).toBe(size);
          expect(seated).toHaveLength(size);
          for (const group of groups ?? []) {
            const possible = placements(hall, isFree, group.length).map(({ ordinals }) => ordinals.join());
            expect(possible).toContain(group.join());
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('unnumbered seats', () => {
  it('begin at the seat that is said, and are all given', () => {
    const given = new Set<number>();
    const free = new FreeSeats(unnumberedHall(10), (ordinal) => !given.has(ordinal), { first: 7 });
    const order = Array.from({ length: 10 }, () => {
      const [ordinal] = free.together({ size: 1 }) as [number];
      given.add(ordinal);
      free.seatChanged(ordinal);
      return ordinal;
    });
    expect(order).toEqual([7, 8, 9, 0, 1, 2, 3, 4, 5, 6]);
    expect(free.together({ size: 1 })).toBeUndefined();
  });

  it('are any free ones, as many as asked for, and looking takes nothing', () => {
    const change = fc.record({ ordinal: fc.nat(9), size: fc.integer({ min: 1, max: 10 }) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        const taken = new Set<number>();
        const free = new FreeSeats(unnumberedHall(10), (ordinal) => !taken.has(ordinal));
        for (const { ordinal, size } of changes) {
          if (!taken.delete(ordinal)) taken.add(ordinal);
          free.seatChanged(ordinal);
          const found = free.together({ size });
          expect(found === undefined).toBe(10 - taken.size < size);
          if (!found) continue;
          expect(new Set(found).size).toBe(size);
          expect(found.filter((each) => taken.has(each))).toEqual([]);
        }
      }),
    );
  });

  it('cost what the party wished to pay at most', () => {
    const free = new FreeSeats(unnumberedHall(10), () => true);
    expect(free.together({ size: 2, maxPrice: 99_99 })).toBeUndefined();
    expect(free.together({ size: 2, maxPrice: 100_00 })).toHaveLength(2);
  });
});

describe('the cost of finding seats', () => {
  /** Looks at seats while a party of four is seated again and again, in a hall where the front rows are sold. */
  function looksPerParty(rows: number): number {
    const hall = hallOfRows(Array.from({ length: rows }, () => 20));
    const taken = new Uint8Array(hall.seats.length);
    let looks = 0;
    const free = new FreeSeats(hall, (ordinal) => {
      looks++;
      return taken[ordinal] === 0;
    });
    free.together({ size: 4 });
    looks = 0;
    const parties = rows * 4;
    for (let party = 0; party < parties; party++) {
      for (const ordinal of free.together({ size: 4 }) ?? []) {
        taken[ordinal] = 1;
        free.seatChanged(ordinal);
      }
    }
    return looks / parties;
  }

  it('is that of a row, not of the hall', () => {
    const [small, large] = [looksPerParty(10), looksPerParty(1_000)];
    expect(large).toBeLessThan(small * 1.5);
    expect(large).toBeLessThan(4 * 20);
  });
});
