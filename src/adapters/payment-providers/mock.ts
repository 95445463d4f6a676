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

/** What a request makes of a charge; a state that is not named stays as it is. */
const CAPTURES: Readonly<Partial<Record<ChargeState, ChargeState>>> = { authorized: 'captured' };
const VOIDS: Readonly<Partial<Record<ChargeState, ChargeState>>> = { authorized: 'voided' };
const REFUNDS: Readonly<Partial<Record<ChargeState, ChargeState>>> = { captured: 'refunded' };

/**
 * A provider for development, tests and load: no money moves. It delays and declines as configured, and keeps to the
 * port's promises for as long as the process lives. A charge of an earlier process is taken at its word.
 */
export function mockPaymentProvider({
  clock,
  random,
  failureRate,
  delayMillis,
}: MockProviderOptions): PaymentProvider {
  const charges = new Map<string, ChargeState>();
  const { minMillis, maxMillis } = delayMillis;

  const note = (attemptId: string, state: ChargeState) => {
    charges.set(attemptId, state);
    if (charges.size > REMEMBERED) charges.delete(charges.keys().next().value as string);
    return state;
  };
  const move = async (attemptId: string, moves: Partial<Record<ChargeState, ChargeState>>) => {
    const before = charges.get(attemptId) ?? 'none';
    const state = note(attemptId, moves[before] ?? before);
    if (maxMillis > 0) await pause(clock, minMillis + random.below(maxMillis - minMillis + 1));
    return state;
  };
  const firstAnswer = (): ChargeState =>
    failureRate > 0 && random.below(1_000_000) < failureRate * 1_000_000 ? 'declined' : 'authorized';

  return {
    name: 'mock',
    async authorize({ attemptId }) {
      const state = await move(attemptId, charges.has(attemptId) ? {} : { none: firstAnswer() });
      return state === 'authorized' || state === 'captured' ? 'authorized' : 'declined';
    },
    async capture({ attemptId }) {
      return (await move(attemptId, CAPTURES)) === 'captured' ? 'captured' : 'declined';
    },
    async void({ attemptId }) {
      await move(attemptId, VOIDS);
    },
    async refund({ attemptId }) {
      await move(attemptId, REFUNDS);
    },
    async find(attemptId) {
      return charges.get(attemptId) ?? 'none';
    },
  };
}
