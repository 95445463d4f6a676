import fc from 'fast-check';
import { describe, expect, it, type TestContext, vi } from 'vitest';
import { sqlPaymentStore } from '../../src/adapters/sql/payments/payment-store.ts';
import { balances } from '../../src/payment/book.ts';
import { type Delivery, orderAtStripe, orderAtToss } from '../backends/order-at-provider.ts';
import { refusedWith } from '../backends/seat-commands.ts';

// Side by side they wait for what is silent.
vi.setConfig({ maxConcurrency: 10 });
type Test = Pick<TestContext, 'onTestFinished'>;

const PROVIDERS = [
  {
    name: 'stripe',
    start: orderAtStripe,
    /** The next payment has effect, and nobody hears of it. */
    loseAnswer: (server: { failNext(match: RegExp, ...faults: 'silent'[]): void }) =>
      server.failNext(/POST .*confirm$/, 'silent'),
    loseRefund: /POST .*refunds$/,
  },
  {
    name: 'toss',
    start: orderAtToss,
    loseAnswer: (server: { failNext(match: RegExp, ...faults: 'silent'[]): void }) => {
      server.failNext(/POST .*confirm$/, 'silent');
      server.failNext(/^GET /, 'silent');
    },
    loseRefund: /POST .*cancel$/,
  },
] as const;

describe.concurrent.each(PROVIDERS)('notices of $name', ({ name, start, loseAnswer, loseRefund }) => {
  const given = async ({ onTestFinished }: Test) => {
    const at = await start();
    onTestFinished(() => at.server.stop());
    const take = ({ body, headers }: Delivery) =>
      at.notices.take(name, { body, header: (field) => headers[field] });
    return { ...at, take };
  };

  /** Its money is taken or reserved, and the order does not know. */
  const inDoubt = async (test: Test) => {
    const at = await given(test);
    loseAnswer(at.server);
    expect(refusedWith(await at.pay(at.method))).toBe('PAYMENT_UNKNOWN');
    return at;
  };
  const last = (deliveries: readonly Delivery[]) => deliveries.at(-1) as Delivery;

  it('drive on at once what waits for money, without any time passing', async (test) => {
    const at = await inDoubt(test);
    expect(await at.take(last(at.deliveries()))).toBe('taken');
    expect((await at.current()).state).toBe('CONFIRMED');
    expect(await at.captured()).toBe((await at.current()).amount);
  });

  it('finish a refund whose answer was lost', async (test) => {
    const at = await given(test);
    await at.pay(at.method);
    at.server.failNext(loseRefund, 'silent');
    expect(refusedWith(await at.cancel())).toBe('PAYMENT_UNKNOWN');
    expect(await at.take(last(at.deliveries()))).toBe('taken');
    expect(await at.current()).toMatchObject({ state: 'CANCELLED', refunded: true });
    expect(await at.captured()).toBe(0);
  });

  it('that come after the seats went to somebody else give the money back', async (test) => {
    const at = await inDoubt(test);
    const notice = last(at.deliveries());
    at.running.clock.advance(11 * 60_000);
    await at.running.sale.seatStore.expireDue();
    await at.holdForBen();
    // A new time, a new signature: the provider sends it again.
    const sentAgain = { ...notice, headers: last(at.deliveries()).headers };
    expect(await at.take(sentAgain)).toBe('taken');
    expect(await at.current()).toMatchObject({ state: 'FAILED', reason: 'the seats were gone' });
    expect(await at.captured()).toBe(0);
    const book = balances(await sqlPaymentStore(at.running.database).chain(at.orderId));
    expect([...book.values()].every((balance) => balance === 0)).toBe(true);
  });

  it('take effect once: the same one again asks the provider for no more than its own truth', async (test) => {
    const at = await inDoubt(test);
    const notice = last(at.deliveries());
    await at.take(notice);
    const before = at.server.asked.filter(({ method }) => method === 'POST').length;
    for (let again = 0; again < 3; again++) expect(await at.take(notice)).toBe('taken');
    expect(at.server.asked.filter(({ method }) => method === 'POST')).toHaveLength(before);
  });

  it('that come while the provider cannot be asked change nothing, and may come again', async (test) => {
    const at = await inDoubt(test);
    const notice = last(at.deliveries());
    at.server.failNext(/^GET /, 'silent');
    await at.take(notice).catch(() => undefined);
    expect((await at.current()).state).toBe('UNKNOWN');
    at.running.clock.advance(60_000);
    await at.running.sale.orders.driveDue(10);
    expect((await at.current()).state).toBe('CONFIRMED');
  });

  it('of no order of ours, or of an order that waits for nothing, do nothing', async (test) => {
    const at = await given(test);
    await at.pay(at.method);
    const paid = await at.current();
    for (const each of at.deliveries()) expect(await at.take(each)).toBe('taken');
    expect(await at.current()).toEqual(paid);
    expect(await at.notices.take('nobody', { body: Buffer.from('{}'), header: () => undefined })).toEqual({
      refused: 'NOT_FOUND',
    });
  });

  // Draws side by side, for each waits for what is silent.
  it.each([1, 2, 3, 4])('lead to the same end in every order, repeated at will: draw %i', async () => {
    const order = fc.array(fc.nat(20), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(order, order, async (first, second) => {
        const stops: (() => unknown)[] = [];
        const at = await inDoubt({ onTestFinished: (stop) => stops.push(stop as () => unknown) });
        try {
          for (const wave of [first, second, [0, 1, 2, 3, 4, 5]]) {
            const deliveries = at.deliveries();
            for (const index of wave) await at.take(deliveries[index % deliveries.length] as Delivery);
          }
          for (const each of at.deliveries().reverse()) await at.take(each);
          expect((await at.current()).state).toBe('CONFIRMED');
          expect(await at.captured()).toBe((await at.current()).amount);
          expect(await at.counts()).toMatchObject({ SOLD: 1, PAYING: 0 });
        } finally {
          for (const stop of stops) await stop();
        }
      }),
      { numRuns: 3 },
    );
  });
});

describe.concurrent('a notice of stripe is refused, and nothing happens', () => {
  const MINUTES = 60_000;
  const forged: Record<string, (at: Awaited<ReturnType<typeof orderAtStripe>>) => Delivery> = {
    'without a signature': ({ deliveries }) => ({ body: (deliveries()[0] as Delivery).body, headers: {} }),
    'with somebody else’s signature': ({ server, running }) =>
      signed(server, running, { secret: 'whsec_other' }),
    'older than five minutes': ({ server, running }) => signed(server, running, { ageMillis: 6 * MINUTES }),
    'from the future': ({ server, running }) => signed(server, running, { ageMillis: -6 * MINUTES }),
    'whose body was changed': ({ deliveries }) => {
      const { body, headers } = deliveries()[0] as Delivery;
      return { body: Buffer.concat([body, Buffer.from(' ')]), headers };
    },
    'that is no JSON': ({ server, running }) => {
      const body = 'no JSON';
      const header = server.sign(body, running.clock.now());
      return { body: Buffer.from(body), headers: { 'stripe-signature': header } };
    },
    'with nonsense for a signature': ({ deliveries }) => ({
      body: (deliveries()[0] as Delivery).body,
      headers: { 'stripe-signature': 't=,v1=,' },
    }),
  };
  type At = Awaited<ReturnType<typeof orderAtStripe>>;
  function signed(
    server: At['server'],
    running: At['running'],
    { secret, ageMillis = 0 }: { secret?: string; ageMillis?: number },
  ): Delivery {
    const body = server.events[0]?.body ?? '';
    const header = server.sign(body, running.clock.now() - ageMillis, secret);
    return { body: Buffer.from(body), headers: { 'stripe-signature': header } };
  }

  it.for(Object.keys(forged))('%s', async (kind, { onTestFinished }) => {
    const at = await orderAtStripe();
    onTestFinished(() => at.server.stop());
    at.server.failNext(/POST .*confirm$/, 'silent');
    await at.pay(at.method);
    const { body, headers } = (forged[kind] as (typeof forged)[string])(at);
    const answer = await at.notices.take('stripe', { body, header: (field) => headers[field] });
    expect(answer).toEqual({ refused: 'WEBHOOK_REFUSED' });
    expect((await at.current()).state).toBe('UNKNOWN');
  });
});

describe.concurrent('a notice of toss is refused, and nothing happens', () => {
  const about = (data: object) => Buffer.from(JSON.stringify({ eventType: 'PAYMENT_STATUS_CHANGED', data }));
  const forged: Record<string, (at: Awaited<ReturnType<typeof orderAtToss>>) => Partial<Delivery>> = {
    'of a payment that was never begun': ({ server }) => {
      const paymentKey = server.window({ orderId: 'other', amount: 1, currency: 'KRW' });
      return { body: about({ paymentKey, orderId: 'other' }) };
    },
    'of another order than the payment’s': ({ method }) => ({
      body: about({ paymentKey: method, orderId: 'x' }),
    }),
    'older than five minutes': ({ running }) => ({
      headers: {
        'tosspayments-webhook-transmission-time': new Date(running.clock.now() - 360_000).toISOString(),
      },
    }),
    'without a payment': () => ({ body: about({}) }),
    'that is no JSON': () => ({ body: Buffer.from('no JSON') }),
  };

  it.for(Object.keys(forged))('%s', async (kind, { onTestFinished }) => {
    const at = await orderAtToss();
    onTestFinished(() => at.server.stop());
    at.server.failNext(/POST .*confirm$/, 'silent');
    at.server.failNext(/^GET /, 'silent');
    await at.pay(at.method);
    const [sound] = at.deliveries() as [Delivery];
    const { body, headers } = { ...sound, ...(forged[kind] as (typeof forged)[string])(at) };
    const answer = await at.notices.take('toss', { body, header: (field) => headers[field] });
    expect(answer).toEqual({ refused: 'WEBHOOK_REFUSED' });
    expect((await at.current()).state).toBe('UNKNOWN');
  });
});
