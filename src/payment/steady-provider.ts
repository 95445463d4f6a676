import { BrokenInvariant } from '../core/assert.ts';
import { Bulkhead, type BulkheadLimits } from '../core/bulkhead.ts';
import { type BreakerLimits, CircuitBreaker } from '../core/circuit-breaker.ts';
import { type Clock, type Millis, SECOND } from '../core/clock.ts';
import { LatestMap } from '../core/latest-map.ts';
import { NotAsked } from '../core/not-asked.ts';
import type { Random } from '../core/random.ts';
import { type RetryPolicy, retried } from '../core/retry.ts';
import { withinTime } from '../core/time-limit.ts';
import { Unavailable } from '../core/unavailable.ts';
import type { PaymentProvider, ProviderCharge } from './ports/payment-provider.ts';
import type { ProviderCalls, ProviderOperation } from './ports/provider-calls.ts';
import type { ProviderHealth } from './provider-health.ts';

export interface SteadyLimits {
  /** One request; after it the provider is asked again. */
  answerMillis: Millis;
  retry: RetryPolicy;
  breaker: BreakerLimits;
  bulkhead: BulkheadLimits;
  /** A provider that on average takes longer than this is slow, and the pace falls accordingly. */
  briskMillis: Millis;
}

/** For a provider on the other side of the internet. All tries of a request end within 10 seconds. */
export const STEADY: SteadyLimits = {
  answerMillis: 4 * SECOND,
  retry: { tries: 2, firstPauseMillis: 200, longestPauseMillis: SECOND },
  breaker: { remembered: 20, leastOutcomes: 10, failureShare: 0.5, openMillis: 10 * SECOND, probes: 3 },
  bulkhead: { atOnce: 64, waiting: 256, longestWaitMillis: 700 },
  briskMillis: 1.5 * SECOND,
};

interface SteadyNeeds {
  clock: Clock;
  random: Random;
  limits?: SteadyLimits;
  /** Hears how long each request took. */
  calls?: Partial<ProviderCalls> | undefined;
}

/** Whether it says anything of the provider when a request fails. */
type Failure = 'counts' | 'says_nothing';

/** Weight of the latest answer in the average. */
const LATEST = 0.1;
const PROBING_PACE = 0.1;
/** Requests known to fail; the oldest are forgotten, and count once more. */
const FAILING_MAX = 10_000;

/**
 * A provider behind four policies, from outside in: tries again, keeps to so many at once, spares a provider in
 * trouble, and waits for no answer for ever. Everything the port asks is idempotent, so all of it may be repeated.
 */
export function steadyProvider(
  provider: PaymentProvider,
  { clock, random, limits = STEADY, calls }: SteadyNeeds,
): PaymentProvider & { health: ProviderHealth } {
  const bulkhead = new Bulkhead(clock, limits.bulkhead);
  const breaker = new CircuitBreaker(clock, limits.breaker);
  const failing = new LatestMap<string, true>({ most: FAILING_MAX });
  let average: Millis = 0;

  const timed = async <R>(
    operation: ProviderOperation,
    request: () => Promise<R>,
    failure: Failure,
  ): Promise<R> => {
    const began = clock.now();
    let outcome: 'answered' | 'failed' = 'failed';
    try {
      const answer = await withinTime(clock, limits.answerMillis, request);
      outcome = 'answered';
      return answer;
    } finally {
      const took = clock.now() - began;
      if (outcome === 'answered' || failure === 'counts') average += LATEST * (took - average);
      calls?.providerAsked?.(operation, outcome, took);
    }
  };
  /** One charge that the provider cannot deal with, asked about for ever, shall not shut the till for everybody. */
  const counted = async <R>(name: string, request: (failure: Failure) => Promise<R>): Promise<R> => {
    const failure = failing.size > 0 && failing.has(name) ? 'says_nothing' : 'counts';
    try {
      const answer = await breaker.run(() => request(failure), failure);
      if (failure === 'says_nothing') failing.delete(name);
      return answer;
    } catch (error) {
      if (error instanceof Unavailable && !(error instanceof NotAsked)) failing.set(name, true);
      throw error;
    }
  };
  const ask = <R>(
    operation: ProviderOperation,
    { attemptId }: ProviderCharge,
    request: () => Promise<R>,
  ): Promise<R> =>
    retried({ clock, random }, limits.retry, () =>
      bulkhead.run(() =>
        counted(`${operation} ${attemptId}`, (failure) =>
          timed(operation, () => asUnavailable(request), failure),
        ),
      ),
    );

  return {
    name: provider.name,
    captures: provider.captures,
    authorize: (charge) => ask('authorize', charge, () => provider.authorize(charge)),
    capture: (charge) => ask('capture', charge, () => provider.capture(charge)),
    void: (charge) => ask('void', charge, () => provider.void(charge)),
    refund: (charge, refund) => ask('refund', charge, () => provider.refund(charge, refund)),
    find: (charge) => ask('find', charge, () => provider.find(charge)),
    health: {
      breaker: () => breaker.state,
      pace() {
        if (breaker.state === 'open') return 0;
        if (breaker.state === 'half_open') return PROBING_PACE;
        const brisk = average > limits.briskMillis ? limits.briskMillis / average : 1;
        // A crowd at the till slows the door once the till is half full.
        return Math.min(brisk, 2 * (1 - bulkhead.load), 1);
      },
    },
  };
}

/** An adapter that throws anything else leaves it open whether something happened. */
async function asUnavailable<R>(request: () => Promise<R>): Promise<R> {
  try {
    return await request();
  } catch (error) {
    if (error instanceof Unavailable || error instanceof BrokenInvariant) throw error;
    throw new Unavailable('the provider failed', { indefinite: true, cause: error });
  }
}
