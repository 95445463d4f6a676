import { describe, expect, it } from 'vitest';
import { mockPaymentProvider } from '../../../src/adapters/payment-providers/mock.ts';
import {
  behaviourOf,
  MOCK_BEHAVIOURS,
  type MockBehaviour,
} from '../../../src/adapters/payment-providers/mock-behaviour.ts';
import { paymentSettings } from '../../../src/compose/payment-settings.ts';
import { readConfig } from '../../../src/config.ts';
import { dice } from '../../backends/dice.ts';
import { HandClock } from '../../backends/hand-clock.ts';

const charge = (method: string) => ({
  attemptId: `attempt with ${method}`,
  orderId: 1,
  amount: 100_00,
  currency: 'USD',
  method,
  reference: 'BK-1',
});

function given(options: { failureRate?: number; delay?: [number, number]; behaviour?: MockBehaviour } = {}) {
  const { failureRate = 0, delay: [minMillis, maxMillis] = [0, 0], behaviour } = options;
  const clock = new HandClock();
  const delayMillis = { minMillis, maxMillis };
  const mock = mockPaymentProvider({
    clock,
    random: dice(),
    failureRate,
    delayMillis,
    ...(behaviour && { behaviour }),
  });
  /** The answer within so much time, or what became of it instead. */
  const within = async (millis: number, answer: Promise<unknown>): Promise<unknown> => {
    let end: unknown = 'no answer';
    answer.then(
      (value) => {
        end = value;
      },
      () => {
        end = 'error';
      },
    );
    for (let passed = 0; passed <= millis; passed += 100) {
      await new Promise(setImmediate);
      clock.advance(passed < millis ? 100 : 0);
    }
    return end;
  };
  return { mock, within };
}

describe('a payment id that says how it goes', () => {
  it.each([
    ['mock_decline', 'decline'],
    ['mock_late_success:order 7', 'late_success'],
    ['4000 0000 0000 0002', 'decline'],
    ['4000-0000-0000-9995', 'decline'],
    ['4242424242424242', 'approve'],
    ['4000000000000341', 'decline_capture'],
    ['4000000000000077', 'slow'],
    ['4000000000000119', 'timeout'],
    ['4000000000000127', 'charge_then_error'],
    ['4000000000000259', 'late_success'],
    ['pay_123', undefined],
    ['mock_nonsense', undefined],
    ['declined', undefined],
  ] as const)('%s: %s', (method, behaviour) => {
    expect(behaviourOf(method)).toBe(behaviour);
  });

  it.each(MOCK_BEHAVIOURS)('can be configured to %s', (behaviour) => {
    const read = readConfig({ PAYMENT_BEHAVIOUR: behaviour });
    const settings = 'errors' in read ? read.errors : paymentSettings(read.config);
    expect(settings).toMatchObject({ provider: 'mock', behaviour });
  });

  it('can name every behaviour there is', () => {
    for (const each of MOCK_BEHAVIOURS) expect(behaviourOf(`mock_${each}`)).toBe(each);
  });
});

describe('the mock', () => {
  /** What authorizing, capturing and asking come to. */
  const run = async (method: string, options?: Parameters<typeof given>[0]) => {
    const { mock, within } = given(options);
    const paid = charge(method);
    return [
      await within(5_000, mock.authorize(paid)),
      await within(5_000, mock.capture(paid)),
      (await mock.find(paid)).state,
    ];
  };

  it.each([
    ['approve', ['authorized', 'captured', 'captured']],
    ['decline', ['declined', 'declined', 'declined']],
    ['decline_capture', ['authorized', 'declined', 'declined']],
    ['slow', ['authorized', 'captured', 'captured']],
    ['timeout', ['no answer', 'declined', 'none']],
    ['charge_then_error', ['authorized', 'error', 'captured']],
    ['late_success', ['no answer', 'captured', 'captured']],
  ] as const)('told by the payment id to %s', async (behaviour, outcome) => {
    expect(await run(`mock_${behaviour}`)).toEqual(outcome);
    expect(await run('any', { behaviour })).toEqual(outcome);
  });

  it('does what the payment id says rather than what is configured', async () => {
    expect((await run('4242424242424242', { behaviour: 'decline' }))[0]).toBe('authorized');
  });

  it('is slow when told so, and takes the configured time', async () => {
    const slow = given();
    expect(await slow.within(2_900, slow.mock.authorize(charge('mock_slow')))).toBe('no answer');
    const delayed = given({ delay: [500, 1_500] });
    expect(await delayed.within(400, delayed.mock.authorize(charge('a')))).toBe('no answer');
    expect(await delayed.within(1_500, delayed.mock.authorize(charge('b')))).toBe('authorized');
  });

  it('answers what came late when it is asked again', async () => {
    const { mock, within } = given();
    const paid = charge('mock_late_success');
    await within(100, mock.authorize(paid));
    expect(await within(100, mock.authorize(paid))).toBe('authorized');
  });

  it('declines the configured share, and stays with it', async () => {
    const { mock } = given({ failureRate: 0.5 });
    const answers = await Promise.all(Array.from({ length: 200 }, (_, n) => mock.authorize(charge(`p${n}`))));
    const declined = answers.filter((answer) => answer === 'declined').length;
    expect(declined).toBeGreaterThan(60);
    expect(declined).toBeLessThan(140);
    const again = await Promise.all(Array.from({ length: 200 }, (_, n) => mock.authorize(charge(`p${n}`))));
    expect(again).toEqual(answers);
  });
});
