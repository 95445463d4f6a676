import { describe, expect, it } from 'vitest';
import type { Unavailable } from '../../../src/core/unavailable.ts';
import type { PaymentProvider, ProviderCharge } from '../../../src/payment/ports/payment-provider.ts';
import { STEADY, steadyProvider } from '../../../src/payment/steady-provider.ts';
import { dice } from '../../backends/dice.ts';
import { HandClock } from '../../backends/hand-clock.ts';

const charge = (attemptId = 'a1'): ProviderCharge => ({
  attemptId,
  orderId: 1,
  amount: 100_00,
  currency: 'USD',
  method: 'any',
  reference: 'BK-1',
});

/** A provider that answers as told, behind the policies, on a clock that runs while somebody waits. */
function given(authorize: (asked: number) => Promise<'authorized' | 'declined'>, limits = STEADY) {
  const clock = new HandClock();
  let asked = 0;
  const inner: PaymentProvider = {
    name: 'inner',
    captures: 'separately',
    authorize: () => authorize(++asked),
    capture: async () => 'captured',
    void: async () => 'released',
    refund: async () => 'refunded',
    find: async () => ({ state: 'none', refunded: 0 }),
  };
  const calls: [string, string][] = [];
  const providerAsked = (operation: string, outcome: string) => void calls.push([operation, outcome]);
  const steady = steadyProvider(inner, { clock, random: dice(3), limits, calls: { providerAsked } });
  /** Time passes until the answer, or the error, is there. */
  const ended = async <R>(answer: Promise<R>): Promise<R | Unavailable> => {
    let end: R | Unavailable | undefined;
    answer.then(
      (value) => {
        end = value;
      },
      (error: Unavailable) => {
        end = error;
      },
    );
    while (end === undefined) {
      await new Promise(setImmediate);
      clock.advance(50);
    }
    return end;
  };
  return {
    clock,
    steady,
    ended,
    pay: (id?: string) => ended(steady.authorize(charge(id))),
    asked: () => asked,
    calls,
  };
}

const silent = () => new Promise<never>(() => undefined);

describe('a provider behind policies', () => {
  it('passes on answers, and says the same of itself', async () => {
    const { pay, steady } = given(async () => 'declined');
    expect(await pay()).toBe('declined');
    expect(steady).toMatchObject({ name: 'inner', captures: 'separately' });
    expect(await steady.capture(charge())).toBe('captured');
    expect(await steady.void(charge())).toBe('released');
    expect(await steady.refund(charge(), { refundId: 'r', amount: 1 })).toBe('refunded');
    expect(await steady.find(charge())).toEqual({ state: 'none', refunded: 0 });
  });

  it('is asked again when it failed', async () => {
    const { pay, asked } = given((nth) => (nth === 1 ? Promise.reject(new Error('reset')) : answer()));
    expect(await pay()).toBe('authorized');
    expect(asked()).toBe(2);
  });

  it('tells of every try how it ended; a decline is an answer', async () => {
    const { pay, ended, steady, calls } = given((nth) =>
      nth === 1 ? Promise.reject(new Error('reset')) : Promise.resolve('declined'),
    );
    expect(await pay()).toBe('declined');
    await ended(steady.find(charge()));
    expect(calls).toEqual([
      ['authorize', 'failed'],
      ['authorize', 'answered'],
      ['find', 'answered'],
    ]);
  });

  it('that keeps silent leaves doubt, in less time than the house is patient', async () => {
    const { pay, clock } = given(silent);
    const began = clock.now();
    expect(await pay()).toMatchObject({ name: 'Unavailable', indefinite: true });
    expect(clock.now() - began).toBeLessThan(10_000);
  });

  it('in trouble is not asked any more, which is definite, and is asked again when it is well', async () => {
    let ill = true;
    const { pay, asked, clock, steady } = given(() => (ill ? Promise.reject(new Error('500')) : answer()));
    for (let n = 0; n < 10 && steady.health.pace() > 0; n++) await pay(`ill ${n}`);
    const before = asked();
    expect(await pay('a2')).toMatchObject({ name: 'NotAsked', indefinite: false });
    expect(asked()).toBe(before);
    ill = false;
    clock.advance(STEADY.breaker.openMillis);
    expect(steady.health.pace()).toBeLessThan(1);
    for (let n = 0; n < STEADY.breaker.probes; n++) expect(await pay(`probe ${n}`)).toBe('authorized');
    expect(steady.health.pace()).toBe(1);
  });

  it('that fails at one charge, however often it is asked for it, is asked for the others', async () => {
    let stuck = true;
    const { pay, steady, ended } = given(() => (stuck ? Promise.reject(new Error('500')) : answer()));
    for (let n = 0; n < 30; n++) {
      expect(await pay('stuck')).toMatchObject({ name: 'Unavailable', indefinite: true });
      await ended(steady.find(charge('stuck')));
    }
    stuck = false;
    expect(steady.health.pace()).toBe(1);
    expect(await pay('another')).toBe('authorized');
  });

  it('is asked no more at once than it bears', async () => {
    const limits = { ...STEADY, bulkhead: { atOnce: 2, waiting: 1, longestWaitMillis: 500 } };
    const { steady, ended, asked } = given(silent, limits);
    const all = [1, 2, 3, 4].map((n) => steady.authorize(charge(`a${n}`)));
    for (const each of all) each.catch(() => undefined);
    await new Promise(setImmediate);
    expect(asked()).toBe(2);
    expect(await ended(all[3] as Promise<unknown>)).toMatchObject({ name: 'NotAsked' });
  });
});

describe('the pace at which people may be let in', () => {
  it('does not fall for one charge that is never answered, however often it is asked for', async () => {
    let isStuck = true;
    const { pay, steady, ended } = given(() => (isStuck ? silent() : answer()));
    await pay('stuck');
    for (let n = 0; n < 20; n++) {
      await pay('stuck');
      await ended(steady.find(charge('stuck')));
    }
    expect(steady.health.pace()).toBe(1);
    isStuck = false;
    expect(await pay('another')).toBe('authorized');
  });

  it('is as usual while payment is', async () => {
    const { pay, steady } = given(async () => 'authorized');
    await pay();
    expect(steady.health.pace()).toBe(1);
  });

  it('falls when payment is slow, and rises again', async () => {
    let delay = 3_000;
    const clockOf: { clock?: HandClock } = {};
    const { pay, steady, clock } = given(
      () => new Promise((resolve) => clockOf.clock?.after(delay, () => resolve('authorized'))),
    );
    clockOf.clock = clock;
    for (let n = 0; n < 20; n++) await pay(`slow ${n}`);
    const slow = steady.health.pace();
    expect(slow).toBeGreaterThan(0.3);
    expect(slow).toBeLessThan(0.8);
    delay = 100;
    for (let n = 0; n < 40; n++) await pay(`quick ${n}`);
    expect(steady.health.pace()).toBe(1);
  });

  it('falls to nothing as the till fills up', async () => {
    const limits = { ...STEADY, bulkhead: { atOnce: 3, waiting: 1, longestWaitMillis: 5_000 } };
    const { steady } = given(silent, limits);
    const paces: number[] = [];
    for (let n = 0; n < 4; n++) {
      steady.authorize(charge(`a${n}`)).catch(() => undefined);
      await new Promise(setImmediate);
      paces.push(steady.health.pace());
    }
    expect(paces).toEqual([1, 1, 0.5, 0]);
  });
});

async function answer(): Promise<'authorized'> {
  return 'authorized';
}
