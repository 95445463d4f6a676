import { describe, expect, it } from 'vitest';
import { hashText } from '../../../src/adapters/system/hash-text.ts';
import type { PaymentProvider } from '../../../src/payment/ports/payment-provider.ts';
import type { StatedCharge } from '../../../src/payment/ports/provider-statements.ts';
import { type Finding, reconcile } from '../../../src/payment/reconcile.ts';
import { asked, type Charge, PaymentService } from '../../../src/payment/service.ts';
import { embeddedInMemory } from '../../backends/embedded.ts';
import { unsteadyProvider } from '../../backends/unsteady-provider.ts';

const charge = (n: number): Charge => ({
  attemptId: `a${n}`,
  orderId: n,
  eventId: 7,
  reference: `BK-${n}`,
  paymentId: 'p',
  amount: 100_00,
  currency: 'USD',
});

/** Books of a house and of its provider, which agree until somebody does something behind our back. */
async function books(stated: StatedCharge[] = []) {
  const { ports, clock } = await embeddedInMemory.start();
  const provider: PaymentProvider = unsteadyProvider(clock, []);
  const { paymentStore: store, paymentReferences: references } = ports;
  const payments = new PaymentService({ provider, store, clock, hash: hashText, patienceMillis: 10_000 });
  const list = {
    async *charges() {
      yield* stated;
    },
  };
  const compare = async () => {
    const found: Finding[] = [];
    const range = { from: clock.now() - 1, to: clock.now() + 1 };
    const orders = { chargeOf: async (orderId: number) => charge(orderId) };
    const needs = { provider, store, orders, hash: hashText, statements: { list, references } };
    for await (const finding of reconcile(needs, range)) found.push(finding);
    return found;
  };
  const pay = async (n: number) => {
    await payments.authorize(charge(n));
    await payments.capture(charge(n));
  };
  return { payments, provider, pay, compare, stated, references, store };
}

describe('books that agree', () => {
  it('have no findings: paid, given back in part and whole, voided, declined', async () => {
    const { payments, pay, compare } = await books();
    for (const n of [1, 2, 3]) await pay(n);
    await payments.refundPart(charge(2), { refundId: 'r', amount: 30_00 });
    await payments.refund(charge(3));
    await payments.authorize(charge(4));
    await payments.void(charge(4));
    expect(await compare()).toEqual([]);
  });

  it('are compared however many there are', async () => {
    const { pay, provider, compare } = await books();
    for (let n = 1; n <= 450; n++) await pay(n);
    await provider.refund(asked(charge(449)), { refundId: 'by hand', amount: 1_00 });
    expect(await compare()).toMatchObject([{ orderId: 449 }]);
  });
});

describe('a difference is found', () => {
  it('when the provider gave money back that we did not', async () => {
    const { pay, provider, compare } = await books();
    await pay(1);
    await provider.refund(asked(charge(1)), { refundId: 'by hand', amount: 25_00 });
    expect(await compare()).toEqual([
      {
        orderId: 1,
        attemptId: 'a1',
        flaw: 'the provider has taken 10000 and given 2500 back, our book says 10000 and 0',
      },
    ]);
  });

  it('when a promised part has not gone back', async () => {
    const { pay, provider, payments, compare } = await books();
    await pay(1);
    const { refund } = provider;
    provider.refund = () => Promise.reject(new Error('not now'));
    await payments.refundPart(charge(1), { refundId: 'r', amount: 25_00 });
    provider.refund = refund;
    expect(await compare()).toMatchObject([
      { flaw: "10000 of the buyer's money is here, and 7500 was earned" },
    ]);
  });

  it('when the provider took what we believe let go', async () => {
    const { payments, provider, compare } = await books();
    await payments.authorize(charge(1));
    const { void: letGo } = provider;
    provider.void = async () => 'released';
    await payments.void(charge(1));
    provider.void = letGo;
    await provider.capture(asked(charge(1)));
    expect(await compare()).toMatchObject([{ flaw: expect.stringContaining('taken 10000') }]);
  });

  it('when money is reserved that nobody will take', async () => {
    const { payments, provider, compare } = await books();
    await payments.authorize(charge(1));
    provider.void = async () => 'released';
    await payments.void(charge(1));
    expect(await compare()).toMatchObject([{ flaw: 'the provider still holds reserved money' }]);
  });

  it('when the provider lists a charge that we do not know', async () => {
    const { pay, compare, stated, references } = await books();
    await pay(1);
    await references.keep('unsteady', { attemptId: 'a1', orderId: 1 }, 'ours');
    await references.keep('unsteady', { attemptId: 'a9', orderId: 9 }, 'begun');
    stated.push(
      { reference: 'ours', captured: 100_00, refunded: 0 },
      { reference: 'stranger', captured: 50_00, refunded: 0 },
      { reference: 'begun', captured: 70_00, refunded: 0 },
      { reference: 'never captured', captured: 0, refunded: 0 },
    );
    expect((await compare()).map(({ orderId, flaw }) => [orderId, flaw.split(' as ')[1]])).toEqual([
      [0, 'stranger, which our book does not know'],
      [9, 'begun, which our book does not know'],
    ]);
  });
});
