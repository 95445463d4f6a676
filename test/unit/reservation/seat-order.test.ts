import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inListOrder, naturalOrder } from '../../../src/reservation/seat-order.ts';
import { seat } from './halls.ts';

const label = fc.string({
  unit: fc.constantFrom('A', 'b', '0', '1', '2', '9', '-', ' ', '가'),
  maxLength: 6,
});

it('orders numbers by their value: A2 before A10', () => {
  fc.assert(
    fc.property(fc.constantFrom('A', 'Row ', '', '가'), fc.nat(9_999), fc.nat(9_999), (prefix, a, b) => {
      expect(Math.sign(naturalOrder(`${prefix}${a}`, `${prefix}${b}`))).toBe(Math.sign(a - b));
    }),
  );
});

it('is a total order: antisymmetric, transitive, and only equal text is equal', () => {
  fc.assert(
    fc.property(label, label, label, (a, b, c) => {
      expect(Math.sign(naturalOrder(a, b))).toBe(-Math.sign(naturalOrder(b, a)) + 0);
      expect(naturalOrder(a, b) === 0).toBe(a === b);
      if (naturalOrder(a, b) <= 0 && naturalOrder(b, c) <= 0) {
        expect(naturalOrder(a, c)).toBeLessThanOrEqual(0);
      }
    }),
    { numRuns: 2_000 },
  );
});

it('lists by section, then row, then number; seats without a section or row come first', () => {
  const listed = [
    seat(1, { section: 'B', row: '1', number: '1' }),
    seat(2, { section: 'A', row: '10', number: '2' }),
    seat(3, { section: 'A', row: '2', number: '10' }),
    seat(4, { section: 'A', row: '2', number: '9' }),
    seat(5, { section: 'A', row: null, number: '99' }),
    seat(6, { section: null, row: null, number: '1' }),
  ];
  expect([...inListOrder(listed)].map((ordinal) => listed[ordinal]?.seatId)).toEqual([6, 5, 4, 3, 2, 1]);
});
