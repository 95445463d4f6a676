import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PatchFrame } from '../../src/contract/seat-map.ts';
import { decodeHall } from '../../web/src/features/seat-map/hall.ts';
import { applyPatch } from '../../web/src/features/seat-map/hall-patch.ts';
import { seatId, seatIndex, seatLabel, seatLine } from '../../web/src/features/seat-map/hall-seat.ts';
import { priceTiers } from '../../web/src/features/seat-map/price-tiers.ts';
import { FREE, HELD, lookName, lookOf } from '../../web/src/features/seat-map/seat-status.ts';
import { smallMap } from './hall-of.ts';

const patch = (change: Partial<PatchFrame> = {}): PatchFrame => ({
  type: 'patch',
  epoch: 3,
  from: 10,
  version: 11,
  seats: [[102, 'RESERVED']],
  ...change,
});

describe('decoding a snapshot', () => {
  it('numbers, places and prices every seat of a run', () => {
    const hall = decodeHall(smallMap());
    expect(hall.count).toBe(13);
    expect(Array.from({ length: 13 }, (_, seat) => seatLabel(hall, seat))).toEqual([
      ...['A1', 'A2', 'A3', 'A4', 'B1', 'B2', 'B3', 'B4', 'A10', 'A11', 'A12', 'A13', 'BOX'],
    ]);
    expect([hall.x[2], hall.y[5]]).toEqual([20, 10]);
    expect(seatLine(hall, 2)).toMatchObject({ seatId: 203, section: 'Floor', row: 'A', price: 15_000_000 });
  });

  it('finds every seat by its id and no other', () => {
    const hall = decodeHall(smallMap());
    for (let seat = 0; seat < hall.count; seat += 1) expect(seatIndex(hall, seatId(hall, seat))).toBe(seat);
    for (const stranger of [0, 100, 105, 200, 205, 402]) expect(seatIndex(hall, stranger)).toBeUndefined();
  });

  it('gathers rows across runs, in the order people sit', () => {
    const hall = decodeHall(smallMap());
    expect(hall.rows.map(({ section, name, seats }) => [section, name, seats.length])).toEqual([
      [0, 'A', 4],
      [0, 'B', 4],
      [1, 'A', 5],
    ]);
  });

  it('lays seats without coordinates out, no two in one place', () => {
    const map = smallMap();
    const none = map.runs.x.map(() => 0);
    const hall = decodeHall({ ...map, runs: { ...map.runs, x: none, y: none, dx: none, dy: none } });
    const places = new Set(Array.from(hall.x, (x, seat) => `${x} ${hall.y[seat]}`));
    expect(places.size).toBe(hall.count);
  });

  it('puts equal prices of different sections in one tier, the dearest first', () => {
    const map = smallMap();
    const zones = [...map.zones, { section: 0, seat_type: 'REGULAR', price: '90000.00' }];
    expect(priceTiers(decodeHall({ ...map, zones }))).toEqual({
      tiers: [
        { seatType: 'VIP', price: 15_000_000 },
        { seatType: 'REGULAR', price: 9_000_000 },
      ],
      ofZone: [0, 1, 1],
    });
  });
});

describe('patches', () => {
  it('change seats, counts and the version', () => {
    const hall = decodeHall(smallMap());
    expect(applyPatch(hall, patch())).toEqual({ outcome: 'applied', seats: [5] });
    expect([hall.version, hall.status[5], hall.freeInSection[0], hall.freeInRow[1]]).toEqual([
      11,
      HELD,
      5,
      3,
    ]);
  });

  it.each([
    ['of another epoch', patch({ epoch: 4 }), 'gap'],
    ['that skips a version', patch({ from: 11, version: 12 }), 'gap'],
    ['that we have', patch({ from: 9, version: 10 }), 'known'],
    ['about a seat that is not on our map', patch({ seats: [[999, 'BOOKED']] }), 'gap'],
  ])('%s changes nothing', (_, frame, outcome) => {
    const hall = decodeHall(smallMap());
    expect(applyPatch(hall, frame).outcome).toBe(outcome);
    expect([hall.version, [...hall.status]]).toEqual([10, [...decodeHall(smallMap()).status]]);
  });

  it('keep every count equal to a recount, whatever comes', () => {
    const word = fc.constantFrom('AVAILABLE', 'RESERVED', 'BOOKED', 'BLOCKED');
    const change = fc.tuple(fc.integer({ min: 0, max: 12 }), word);
    fc.assert(
      fc.property(fc.array(fc.array(change, { maxLength: 5 })), (batches) => {
        const hall = decodeHall(smallMap());
        for (const batch of batches) {
          const seats = batch.map(([seat, status]): [number, string] => [seatId(hall, seat), status]);
          applyPatch(hall, patch({ from: hall.version, version: hall.version + 1, seats }));
        }
        const free = (seats: readonly number[]) => seats.filter((seat) => hall.status[seat] === FREE).length;
        expect([...hall.freeInRow]).toEqual(hall.rows.map((row) => free(row.seats)));
        expect(hall.totals[FREE]).toBe(free([...hall.status.keys()]));
        expect(hall.totals.reduce((sum, each) => sum + each, 0)).toBe(hall.count);
      }),
    );
  });
});

describe('the look of a seat', () => {
  it("is never held or sold when it is the buyer's own", () => {
    const marks = { chosen: new Set([1]), own: new Set([2]) };
    for (const status of [0, 1, 2, 3]) expect(lookName(lookOf(status, 2, marks))).toBe('own');
    expect(lookName(lookOf(FREE, 1, marks))).toBe('chosen');
    expect(lookName(lookOf(HELD, 3, marks))).toBe('RESERVED');
  });
});
