import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatMoney, parseMoney, suitsCurrency } from '../../../src/core/money.ts';

/** Nine digits before the point are the most that is read. */
const amount = fc.integer({ min: 0, max: 10 ** 11 - 1 });

describe('money', () => {
  it('is read as it was written, whatever the amount', () => {
    fc.assert(
      fc.property(amount, (hundredths) => {
        expect(parseMoney(formatMoney(hundredths))).toBe(hundredths);
      }),
    );
  });

  it('is written with two places', () => {
    fc.assert(
      fc.property(amount, (hundredths) => {
        expect(formatMoney(hundredths)).toMatch(/^\d+\.\d\d$/);
      }),
    );
    expect([5, 50, 10050].map(formatMoney)).toEqual(['0.05', '0.50', '100.50']);
  });

  it('is read from a number as from its digits', () => {
    expect([100.5, 0.1, 19.99, 7].map(parseMoney)).toEqual([10050, 10, 1999, 700]);
  });

  it.each([
    '',
    ' 1',
    '1.',
    '.5',
    '1.005',
    '-1',
    '+1',
    '1e3',
    '1,00',
    '１',
    '1234567890',
    'NaN',
    0.1 + 0.2,
    1e21,
  ])('is not %j', (text) => expect(parseMoney(text)).toBeUndefined());

  it('is whole where the currency has no smaller unit', () => {
    expect(suitsCurrency(10050, 'KRW')).toBe(false);
    expect(suitsCurrency(10000, 'KRW')).toBe(true);
    expect(suitsCurrency(10050, 'USD')).toBe(true);
  });
});
