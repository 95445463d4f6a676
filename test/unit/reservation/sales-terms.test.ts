import { expect, it } from 'vitest';
import { admittedTier, liveSeatsLeft, type SalesTerms } from '../../../src/reservation/sales-terms.ts';

const terms: SalesTerms = {
  seriesId: 4,
  presale: { startsAt: 1_000, endsAt: 2_000, minimumTier: 'VIP' },
  generalFrom: 3_000,
  reservationsPerBuyer: 2,
};

it('before the presale, and between it and the opening, nobody may buy', () => {
  for (const now of [0, 999, 2_000, 2_999])
    expect(admittedTier(terms, now), `${now}`).toMatchObject({ refused: 'SALE_NOT_OPEN' });
});

it('in the presale a tier may, and from the opening on everybody', () => {
  for (const now of [1_000, 1_999]) expect(admittedTier(terms, now)).toEqual({ minimum: 'VIP' });
  for (const now of [3_000, 9_999_999]) expect(admittedTier(terms, now)).toBe('everybody');
});

it('says when to come back', () => {
  expect(admittedTier(terms, 0)).toMatchObject({ retryAfterSeconds: 1 });
  expect(admittedTier(terms, 2_000)).toMatchObject({ retryAfterSeconds: 1 });
});

it('without times everybody may at once', () => {
  expect(admittedTier({ ...terms, presale: null, generalFrom: null }, 0)).toBe('everybody');
});

it('what is owned here and claimed elsewhere is taken off the limit', () => {
  expect(liveSeatsLeft(4, { soldHere: 1, here: 2, elsewhere: 1 })).toBe(2);
  expect(liveSeatsLeft(2, { soldHere: 1, here: 1, elsewhere: 3 })).toBe(0);
});
