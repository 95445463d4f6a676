import { mockPaymentProvider } from '../../src/adapters/payment-providers/mock.ts';
import type { PaymentProvider, ProviderCharge } from '../../src/payment/ports/payment-provider.ts';
import { dice } from './dice.ts';
import type { HandClock } from './hand-clock.ts';

/**
 * How one request goes wrong: it never arrives, its answer never comes back, it is declined, or the provider itself
 * has let go of the reserved money by the time it arrives.
 */
export type Mishap = 'lost' | 'answer lost' | 'declined' | 'lapsed';

/** What is left of the money of one attempt, as the provider's own books say. */
export interface Books {
  /** Attempts whose money is with us now. */
  captured(): string[];
  /** Attempts whose money is reserved and neither taken nor let go of. */
  reserved(): string[];
}

/** A provider whose next requests go wrong as told; without mishaps left it is the mock, which never declines. */
export function unsteadyProvider(
  clock: HandClock,
  mishaps: (Mishap | undefined)[],
): PaymentProvider & { books: Books } {
  const inner = mockPaymentProvider({
    clock,
    random: dice(5),
    failureRate: 0,
    delayMillis: { minMillis: 0, maxMillis: 0 },
  });
  const states = new Map<string, 'authorized' | 'declined' | 'captured' | 'voided' | 'refunded'>();

  const request = async <R>(charge: ProviderCharge, act: () => Promise<R>, declined?: R): Promise<R> => {
    const { attemptId } = charge;
    const mishap = mishaps.shift();
    if (mishap === 'lost') throw new Error('the request never arrived');
    if (mishap === 'lapsed' && states.get(attemptId) === 'authorized') {
      await inner.void(charge);
      states.set(attemptId, 'voided');
      throw new Error('the authorization has lapsed');
    }
    if (mishap === 'declined' && declined !== undefined) return declined;
    const answer = await act();
    if (mishap === 'answer lost') throw new Error('the answer was lost');
    return answer;
  };

  return {
    name: 'unsteady',
    captures: 'separately',
    authorize: (charge) =>
      request(
        charge,
        async () => {
          const answer = await inner.authorize(charge);
          states.set(charge.attemptId, answer);
          return answer;
        },
        'declined',
      ),
    capture: (charge) =>
      request(
        charge,
        async () => {
          const answer = await inner.capture(charge);
          if (answer === 'captured') states.set(charge.attemptId, answer);
          return answer;
        },
        'declined',
      ),
    void: (charge) =>
      request(charge, async () => {
        const answer = await inner.void(charge);
        if (states.has(charge.attemptId)) states.set(charge.attemptId, 'voided');
        return answer;
      }),
    refund: (charge, refund) =>
      request(charge, async () => {
        const answer = await inner.refund(charge, refund);
        if ((await inner.find(charge)).state === 'refunded') states.set(charge.attemptId, 'refunded');
        return answer;
      }),
    find: (charge) => request(charge, () => inner.find(charge)),
    books: {
      captured: () => [...states].filter(([, state]) => state === 'captured').map(([id]) => id),
      reserved: () => [...states].filter(([, state]) => state === 'authorized').map(([id]) => id),
    },
  };
}
