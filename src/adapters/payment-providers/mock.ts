import { type Clock, type Millis, pause } from '../../core/clock.ts';
import type { Random } from '../../core/random.ts';
import type { ChargeState, PaymentProvider } from '../../payment/ports/payment-provider.ts';

export interface MockProviderOptions {
  clock: Clock;
  random: Random;
  /** Share of authorizations that are declined, 0 to 1. */
  failureRate: number;
  /** Each request takes a time between these. */
  delayMillis: { minMillis: Millis; maxMillis: Millis };
}

/** Charges kept; the oldest are forgotten, and asking about one of those says `none`. */
const REMEMBERED = 200_000;

/**
 * A provider for development, tests and load: no money moves. It delays and declines as configured, and keeps to the
 * port's promises for as long as the process lives.
 */
export function mockPaymentProvider({
  clock,
  random,
  failureRate,
  delayMillis,
}: MockProviderOptions): PaymentProvider {
  const charges = new Map<string, ChargeState>();
  const { minMillis, maxMillis } = delayMillis;

  const answer = async <S extends ChargeState>(attemptId: string, state: S): Promise<S> => {
    if (maxMillis > 0) await pause(clock, minMillis + random.below(maxMillis - minMillis + 1));
    charges.set(attemptId, state);
    if (charges.size > REMEMBERED) charges.delete(charges.keys().next().value as string);
    return state;
  };

  return {
    name: 'mock',
    authorize({ attemptId }) {
      const before = charges.get(attemptId);
      if (before === 'authorized' || before === 'declined') return answer(attemptId, before);
      const isDeclined = failureRate > 0 && random.below(1_000_000) < failureRate * 1_000_000;
      return answer<'authorized' | 'declined'>(attemptId, isDeclined ? 'declined' : 'authorized');
    },
    capture: ({ attemptId }) => answer(attemptId, 'captured'),
    async void({ attemptId }) {
      await answer(attemptId, 'voided');
    },
    async refund({ attemptId }) {
      await answer(attemptId, 'refunded');
    },
    async find(attemptId) {
      return charges.get(attemptId) ?? 'none';
    },
  };
}
