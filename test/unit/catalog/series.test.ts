import { expect, it } from 'vitest';
import { refusalOfPolicy, type SalesPolicy } from '../../../src/catalog/series.ts';

const policy: SalesPolicy = {
  presaleStartsAt: 1_000,
  presaleEndsAt: 2_000,
  presaleMinimumTier: 'VIP',
  generalSaleStartsAt: 3_000,
  reservationsPerBuyer: 2,
};
const fieldOf = (change: Partial<SalesPolicy>) =>
  (refusalOfPolicy({ ...policy, ...change })?.detail as [{ field: string }] | undefined)?.[0].field;

it('a presale that ends before everybody may buy makes sense', () => {
  expect(refusalOfPolicy(policy)).toBeUndefined();
  expect(refusalOfPolicy({ ...policy, presaleEndsAt: 3_000 })).toBeUndefined();
});

it('a policy without a presale makes sense', () => {
  const none = { presaleStartsAt: null, presaleEndsAt: null };
  expect(refusalOfPolicy({ ...policy, ...none })).toBeUndefined();
  expect(refusalOfPolicy({ ...policy, ...none, generalSaleStartsAt: null })).toBeUndefined();
});

it.each([
  [{ presaleStartsAt: null }, 'presaleStartAt'],
  [{ presaleEndsAt: null }, 'presaleEndAt'],
  [{ presaleEndsAt: 1_000 }, 'presaleEndAt'],
  [{ presaleEndsAt: 3_001 }, 'presaleEndAt'],
  [{ generalSaleStartsAt: null }, 'generalSaleStartAt'],
])('%j is refused for its %s', (change, field) => {
  expect(fieldOf(change)).toBe(field);
});
