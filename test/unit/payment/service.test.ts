import { describe, expect, it } from 'vitest';
import { hashText } from '../../../src/adapters/system/hash-text.ts';
import { BrokenInvariant } from '../../../src/core/assert.ts';
import { PaymentService } from '../../../src/payment/service.ts';
import { embeddedInMemory } from '../../backends/embedded.ts';
import { type Mishap, unsteadyProvider } from '../../backends/unsteady-provider.ts';

const PATIENCE = 10_000;
const charge = {
  attemptId: 'a1',
  orderId: 1,
  eventId: 7,
  reference: 'BK-1',
  paymentId: 'p1',
  amount: 100_00,
  currency: 'USD',
};

async function service(mishaps: (Mishap | undefined)[] = []) {
  const { ports, clock } = await embeddedInMemory.start();
  const provider = unsteadyProvider(clock, mishaps);
  const { paymentStore: store } = ports;
  return {
    payments: new PaymentService({ provider, store, clock, hash: hashText, patienceMillis: PATIENCE }),
    store,
    provider,
    clock,
  };
}

describe('the book of payments', () => {
  it('notes what the provider said last', async () => {
    const { payments, store, clock } = await service();
    expect(await payments.authorize(charge)).toBe('authorized');
    expect(await payments.capture(charge)).toBe('captured');
    const { attemptId, orderId, amount, currency } = charge;
    const noted = { attemptId, orderId, amount, currency, provider: 'unsteady', updatedAt: clock.now() };
    expect(await store.ofOrder(1)).toEqual([{ ...noted, state: 'CAPTURED' }]);
    expect(await payments.refund(charge)).toBe('done');
    expect(await store.ofOrder(1)).toEqual([{ ...noted, state: 'REFUNDED' }]);
  });

  it('notes a decline and a void', async () => {
    const { payments, store } = await service(['declined']);
    expect(await payments.authorize(charge)).toBe('declined');
    expect(await store.ofOrder(1)).toMatchObject([{ state: 'DECLINED' }]);
    const other = { ...charge, attemptId: 'a2' };
    await payments.authorize(other);
    expect(await payments.void(other)).toBe('done');
    expect((await store.ofOrder(1)).map(({ state }) => state).sort()).toEqual(['DECLINED', 'VOIDED']);
  });
});

describe('a provider that does not answer', () => {
  it.each(['lost', 'answer lost'] as const)('(%s) leaves every outcome unknown', async (mishap) => {
    const { payments, provider } = await service([mishap, mishap, mishap, mishap, mishap]);
    expect(await payments.authorize(charge)).toBe('unknown');
    expect(await payments.capture(charge)).toBe('unknown');
    expect(await payments.void(charge)).toBe('unknown');
    expect(await payments.refund(charge)).toBe('unknown');
    expect(await payments.lookUp(charge)).toBe('unknown');
    expect(provider.name).toBe('unsteady');
  });

  it('is not waited for for ever', async () => {
    const { provider, store, clock } = await service();
    const silent = { ...provider, authorize: () => new Promise<never>(() => undefined) };
    const payments = new PaymentService({
      provider: silent,
      store,
      clock,
      hash: hashText,
      patienceMillis: PATIENCE,
    });
    const asked = payments.authorize(charge);
    clock.advance(PATIENCE);
    expect(await asked).toBe('unknown');
  });

  it('is asked again later, and tells what it did', async () => {
    const { payments } = await service(['answer lost']);
    expect(await payments.authorize(charge)).toBe('unknown');
    expect(await payments.lookUp(charge)).toBe('authorized');
  });
});

it('a defect surfaces', async () => {
  const { store, provider, clock } = await service();
  const broken = { ...provider, authorize: () => Promise.reject(new BrokenInvariant('a bug')) };
  const payments = new PaymentService({
    provider: broken,
    store,
    clock,
    hash: hashText,
    patienceMillis: PATIENCE,
  });
  await expect(payments.authorize(charge)).rejects.toThrow('a bug');
});
