import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowPartsOf } from '../../../src/reservation/row-part.ts';
import type { Seat } from '../../../src/reservation/seat.ts';
import { seat } from './halls.ts';

function numbersOf(seats: readonly Seat[]): string[] {
  return rowPartsOf(seats).map(({ ordinals }) => ordinals.map((ordinal) => seats[ordinal]?.number).join(' '));
}

const at = (positions: readonly number[]) =>
  positions.map((x, index) => seat(index + 1, { number: `A${index + 1}`, x }));
const called = (...numbers: string[]) => numbers.map((number, index) => seat(index + 1, { number }));

describe('seats side by side', () => {
  it('are parted by a gap in x that is wider than a seat', () => {
    expect(numbersOf(at([0, 1, 2, 4, 5]))).toEqual(['A1 A2 A3', 'A4 A5']);
  });

  it('stand from left to right, however the organiser listed them', () => {
    expect(numbersOf(at([3, 1, 2, 0]))).toEqual(['A4 A2 A3 A1']);
  });

  it('may be nearer to each other than usual without parting the row', () => {
    expect(numbersOf(at([0, 1, 2.5, 3.5]))).toEqual(['A1 A2 A3 A4']);
  });

  it('go by their numbers where there is no x', () => {
    expect(numbersOf(called('A3', 'A1', 'A2', 'A7', 'A8'))).toEqual(['A1 A2 A3', 'A7 A8']);
  });

  it('may be numbered odd on one side and even on the other', () => {
    expect(numbersOf(called('1', '3', '5', '7'))).toEqual(['1 3 5 7']);
    expect(numbersOf(called('2', '4', '8', '10'))).toEqual(['2 4', '8 10']);
  });

  it('are all one part where neither x nor a number tells them apart', () => {
    expect(numbersOf(called('left', 'middle', 'right'))).toEqual(['left middle right']);
  });

  it('are of one section, row, type and price', () => {
    const seats = [
      seat(1),
      seat(2, { section: 'Balcony' }),
      seat(3, { row: 'B' }),
      seat(4, { type: 'VIP' }),
      seat(5, { price: 1 }),
      seat(6, { number: 'A2' }),
    ];
    expect(rowPartsOf(seats).map(({ ordinals }) => ordinals)).toEqual([[0, 5], [1], [2], [3], [4]]);
  });

  it('are every seat exactly once', () => {
    const place = fc.record({
      row: fc.constantFrom('A', 'B', null),
      number: fc.constantFrom('1', '2', '3', '4', '11', 'X'),
      x: fc.option(fc.integer({ min: 0, max: 9 })),
    });
    fc.assert(
      fc.property(fc.array(place, { maxLength: 40 }), (places) => {
        const seats = places.map((each, index) => seat(index + 1, each));
        const listed = rowPartsOf(seats).flatMap(({ ordinals }) => ordinals);
        expect(listed.sort((a, b) => a - b)).toEqual([...seats.keys()]);
      }),
    );
  });
});
