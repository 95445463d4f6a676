import fc from 'fast-check';
import { expect, it } from 'vitest';
import { epochOf, sequenceOf, stamp } from '../../../src/core/stamp.ts';

const epoch = fc.integer({ min: 0, max: 2 ** 21 - 1 });
const sequence = fc.integer({ min: 0, max: 2 ** 32 - 1 });

it('keeps the epoch and the sequence in one safe integer', () => {
  fc.assert(
    fc.property(epoch, sequence, (e, s) => {
      const made = stamp(e, s);
      expect(Number.isSafeInteger(made)).toBe(true);
      expect([epochOf(made), sequenceOf(made)]).toEqual([e, s]);
    }),
  );
});

it('orders by epoch first, then by sequence', () => {
  fc.assert(
    fc.property(epoch, sequence, epoch, sequence, (e1, s1, e2, s2) => {
      expect(Math.sign(stamp(e1, s1) - stamp(e2, s2))).toBe(Math.sign(e1 - e2) || Math.sign(s1 - s2));
    }),
  );
});

it.each([
  [-1, 0],
  [0, -1],
  [2 ** 21, 0],
  [0, 2 ** 32],
])('refuses epoch %i, sequence %i', (e, s) => {
  expect(() => stamp(e, s)).toThrow(RangeError);
});
