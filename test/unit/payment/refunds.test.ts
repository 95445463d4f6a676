import { describe, expect, it } from 'vitest';
import { hashText } from '../../../src/adapters/system/hash-text.ts';
import { Unavailable } from '../../../src/core/unavailable.ts';
import { flawsOf, standing } from '../../../src/payment/book.ts';
import type { PaymentProvider } from '../../../src/payment/ports/payment-provider.ts';
import { PaymentService } from '../../../src/payment/service.ts';
import { embeddedInMemory } from '../../backends/embedded.ts';
import { type Mishap, unsteadyProvider } from '../../backends/unsteady-provider.ts';

const charge = {
  attemptId: 'a1',
  orderId: 1,
  eventId: 7,
  reference: 'BK-1',
  paymentId: 'p1',
  amount: 100_00,
  currency: 'USD',
};

/** Money that was captured; what goes wrong with requests after that is told by `mishaps`. */
async function captured({ wrap = (provider: PaymentProvider) => provider } = {}) {
  const { ports, clock, faults } = await embeddedInMemory.start();
  const mishaps: (Mishap | undefined)[] = [];
  const provider = wrap(unsteadyProvider(clock, mishaps));
  const { paymentStore: store } = ports;
  const payments = () =>
    new PaymentService({ provider, store, clock, hash: hashText, patienceMillis: 10_000 });
  const first = payments();
  await first.authorize(charge);
  await first.capture(charge);
  const sums = async () => {
    const chain = await store.chain(1);
    expect(flawsOf(chain, hashText)).toEqual([]);
    return standing(chain);
  };
  return { payments, mishaps, sums, store, faults, provider };
}

const part = (refundId: string, amount: number) => ({ refundId, amount });

describe('a part', () => {
  it('goes back once, however often it is asked for', async () => {
    const { payments, sums } = await captured();
    for (let again = 0; again < 2; again++)
      expect(await payments().refundPart(charge, part('r1', 30_00))).toBe('done');
    expect(await sums()).toEqual({ captured: 100_00, earned: 100_00, owed: 30_00, refunded: 30_00 });
    expect(await payments().refundable(1)).toBe(70_00);
  });

  it('of more than is left is refused before the provider hears of it', async () => {
    const { payments, sums, mishaps } = await captured();
    await payments().refundPart(charge, part('r1', 80_00));
    mishaps.push('lost');
    expect(await payments().refundPart(charge, part('r2', 20_01))).toMatchObject({
      refused: 'REFUND_TOO_LARGE',
    });
    expect(mishaps).toEqual(['lost']);
    expect(await sums()).toMatchObject({ owed: 80_00 });
  });

  it.each(['lost', 'answer lost'] as const)(
    'whose request was %s stays promised until it is asked for again',
    async (mishap) => {
      const { payments, sums, mishaps } = await captured();
      mishaps.push(mishap);
      expect(await payments().refundPart(charge, part('r1', 30_00))).toBe('unknown');
      expect(await sums()).toMatchObject({ owed: 30_00, refunded: 0 });
      expect(await payments().refundPart(charge, part('r1', 30_00))).toBe('done');
      expect(await sums()).toMatchObject({ owed: 30_00, refunded: 30_00 });
    },
  );

  it('that two ask for at once, of what suffices for one, goes to one', async () => {
    const { payments, sums } = await captured();
    const [one, two] = [payments(), payments()];
    const answers = await Promise.all([
      one.refundPart(charge, part('r1', 60_00)),
      one.refundPart(charge, part('r2', 60_00)),
      two.refundPart(charge, part('r3', 60_00)),
    ]);
    expect(answers.filter((answer) => answer === 'done')).toHaveLength(1);
    expect(await sums()).toMatchObject({ owed: 60_00, refunded: 60_00 });
  });
});

describe('everything', () => {
  it('goes back: what is left, and what was promised before', async () => {
    const { payments, sums, mishaps, store } = await captured();
    await payments().refundPart(charge, part('r1', 10_00));
    mishaps.push('lost');
    await payments().refundPart(charge, part('r2', 20_00));
    expect(await payments().refund(charge)).toBe('done');
    expect(await payments().refund(charge)).toBe('done');
    expect(await sums()).toEqual({ captured: 100_00, earned: 100_00, owed: 100_00, refunded: 100_00 });
    expect(await store.ofOrder(1)).toMatchObject([{ state: 'REFUNDED' }]);
  });

  it('goes back of a charge that the book has not heard of', async () => {
    const { provider, store } = await captured();
    const fresh = { ...charge, attemptId: 'a2', orderId: 2 };
    await provider.authorize({ ...fresh, method: 'p' });
    await provider.capture({ ...fresh, method: 'p' });
    const { clock } = await embeddedInMemory.start();
    const payments = new PaymentService({ provider, store, clock, hash: hashText, patienceMillis: 10_000 });
    expect(await payments.refund(fresh)).toBe('done');
    expect(standing(await store.chain(2))).toMatchObject({ captured: 100_00, refunded: 100_00 });
  });
});

describe('a provider that charges at once', () => {
  const atOnce = (inner: PaymentProvider): PaymentProvider => ({
    ...inner,
    captures: 'at_once',
    async authorize(asked) {
      const answer = await inner.authorize(asked);
      return answer === 'authorized' && (await inner.capture(asked)) === 'captured'
        ? 'authorized'
        : 'declined';
    },
  });

  it('has its charge in the book before there are seats for it, and earns it with them', async () => {
    const { payments, sums } = await captured({ wrap: atOnce });
    const other = { ...charge, attemptId: 'a2' };
    expect(await sums()).toEqual({ captured: 100_00, earned: 100_00, owed: 0, refunded: 0 });
    expect(await payments().authorize(other)).toBe('authorized');
    expect(await sums()).toMatchObject({ captured: 200_00, earned: 100_00 });
  });

  it('gives back what found no seats', async () => {
    const { payments, store } = await captured({ wrap: atOnce });
    const other = { ...charge, attemptId: 'a2', orderId: 2 };
    await payments().authorize(other);
    expect(await payments().void(other)).toBe('done');
    expect(standing(await store.chain(2))).toEqual({
      captured: 100_00,
      earned: 0,
      owed: 0,
      refunded: 100_00,
    });
    expect(await store.ofOrder(2)).toMatchObject([{ state: 'REFUNDED' }]);
  });

  it('gives back what the book never heard of', async () => {
    const { payments, store, provider } = await captured({ wrap: atOnce });
    const other = { ...charge, attemptId: 'a2', orderId: 2 };
    await provider.authorize({ ...other, method: 'p' });
    expect(await payments().void(other)).toBe('done');
    expect(standing(await store.chain(2))).toMatchObject({ captured: 100_00, refunded: 100_00 });
  });
});

it('a provider that was not even asked leaves no doubt', async () => {
  const { payments } = await captured({
    wrap: (inner) => ({
      ...inner,
      authorize: (asked) =>
        asked.attemptId === 'a1' ? inner.authorize(asked) : Promise.reject(new Unavailable('shut')),
    }),
  });
  expect(await payments().authorize({ ...charge, attemptId: 'a2' })).toBe('unavailable');
});

it('what costs nothing never reaches the provider', async () => {
  const { payments, mishaps, store } = await captured();
  mishaps.push('lost');
  const free = { ...charge, orderId: 3, attemptId: 'a3', amount: 0 };
  expect(await payments().authorize(free)).toBe('authorized');
  expect(await payments().capture(free)).toBe('captured');
  expect(await payments().refund(free)).toBe('done');
  expect(mishaps).toEqual(['lost']);
  expect(await store.chain(3)).toEqual([]);
});
