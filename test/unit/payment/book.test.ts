import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashText } from '../../../src/adapters/system/hash-text.ts';
import { isRefusal } from '../../../src/core/refusal.ts';
import {
  appended,
  balances,
  type Entry,
  type EntryDraft,
  flawsOf,
  standing,
} from '../../../src/payment/book.ts';
import {
  type Booked,
  captured,
  earned,
  outstanding,
  owe,
  refundable,
  returned,
  settled,
} from '../../../src/payment/refunds.ts';

const booked: Booked = {
  attemptId: 'a1',
  orderId: 1,
  eventId: 7,
  provider: 'mock',
  amount: 100_00,
  currency: 'USD',
};
const behind = (chain: readonly Entry[], ...drafts: EntryDraft[]) => [
  ...chain,
  ...appended(chain, drafts, { orderId: 1, at: 5, hash: hashText }),
];
const paid = () => behind([], captured(booked), earned(booked));

describe('the book', () => {
  it('of a sale: the provider owes what the event has earned, and the buyer is owed nothing', () => {
    expect(Object.fromEntries(balances(paid()))).toEqual({
      'provider:mock': 100_00,
      'buyer:1': 0,
      'revenue:7': -100_00,
    });
  });

  it('of money that found no seats is as if nothing had been', () => {
    const chain = behind([], captured(booked), returned(booked));
    expect([...balances(chain).values()].every((balance) => balance === 0)).toBe(true);
    expect(standing(chain)).toEqual({ captured: 100_00, earned: 0, owed: 0, refunded: 100_00 });
  });

  it('takes the same entry once, and not with another amount', () => {
    expect(behind(paid(), captured(booked))).toHaveLength(2);
    expect(() => behind(paid(), captured({ ...booked, amount: 99_00 }))).toThrow('was 10000, not 9900');
  });

  it('takes no entry of nothing', () => {
    for (const amount of [0, -1, 0.5, Number.NaN])
      expect(() => behind([], captured({ ...booked, amount }))).toThrow();
  });

  it('shows whatever was changed, taken out, put in or moved', () => {
    const chain = behind(paid(), owed(paid(), 'r1', 30_00));
    expect(flawsOf(chain, hashText)).toEqual([]);
    const [first, second, third] = chain as [Entry, Entry, Entry];
    const spoilt: Entry[][] = [
      [{ ...first, amount: 1 }, second, third],
      [first, third],
      [second, third],
      [second, first, third],
      [first, { ...second, credit: 'revenue:8' }, third],
      [first, { ...second, at: 6 }, third],
      [first, second, { ...third, source: 'r2' }],
      [first, second, third, third],
    ];
    for (const each of spoilt)
      expect(flawsOf(each, hashText).length, JSON.stringify(each)).toBeGreaterThan(0);
  });
});

function owed(chain: readonly Entry[], refundId: string, amount: number): EntryDraft {
  const draft = owe(chain, booked, { refundId, amount });
  if (isRefusal(draft)) throw new Error(draft.refused);
  return draft;
}

describe('a refund', () => {
  it('is promised once, and refused when more is asked for than is left', () => {
    const chain = behind(paid(), owed(paid(), 'r1', 60_00));
    expect(refundable(chain)).toBe(40_00);
    expect(owed(chain, 'r1', 60_00)).toMatchObject({ source: 'r1' });
    expect(owe(chain, booked, { refundId: 'r1', amount: 1_00 })).toEqual({ refused: 'IDEMPOTENCY_MISMATCH' });
    const more = { refused: 'REFUND_TOO_LARGE', facts: { left: '40.00' } };
    expect(owe(chain, booked, { refundId: 'r2', amount: 40_01 })).toEqual(more);
    expect(owe(chain, booked, { refundId: 'r2', amount: 0 })).toEqual(more);
  });

  it('is whole won where the currency has no smaller coin', () => {
    const won = { ...booked, currency: 'KRW' };
    const chain = behind([], captured(won), earned(won));
    expect(owe(chain, won, { refundId: 'r', amount: 50 })).toMatchObject({
      refused: 'PRICE_NOT_IN_CURRENCY',
    });
  });

  it('of money that was never earned is refused', () => {
    const chain = behind([], captured(booked));
    expect(owe(chain, booked, { refundId: 'r', amount: 1 })).toMatchObject({ refused: 'REFUND_TOO_LARGE' });
  });

  it('in whatever parts, order and repetition: never more than was captured, the book balances, the chain holds', () => {
    const act = fc.record({
      refundId: fc.constantFrom('r1', 'r2', 'r3', 'r4'),
      amount: fc.integer({ min: -10, max: 70_00 }),
      does: fc.constantFrom('promise', 'settle'),
    });
    fc.assert(
      fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
        let chain = paid();
        for (const { refundId, amount, does } of acts) {
          if (does === 'promise') {
            const before = refundable(chain);
            const draft = owe(chain, booked, { refundId, amount });
            if (isRefusal(draft)) {
              const known = chain.some(({ source }) => source === refundId);
              expect(known || amount <= 0 || amount > before).toBe(true);
            } else chain = behind(chain, draft);
          } else {
            const [next] = outstanding(chain).filter(({ source }) => source === refundId);
            if (next) chain = behind(chain, settled(booked, next));
          }
          const { captured: taken, owed: promised, refunded } = standing(chain);
          expect(refunded).toBeLessThanOrEqual(promised);
          expect(promised).toBeLessThanOrEqual(taken);
          const accounts = balances(chain);
          expect([...accounts.values()].reduce((sum, balance) => sum + balance, 0)).toBe(0);
          expect(accounts.get('provider:mock')).toBe(taken - refunded);
          expect(flawsOf(chain, hashText)).toEqual([]);
        }
      }),
    );
  });
});
