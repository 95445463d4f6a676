import { type Clock, type Millis, pause } from '../../core/clock.ts';
import { LatestMap } from '../../core/latest-map.ts';
import type { Hundredths } from '../../core/money.ts';
import type { Random } from '../../core/random.ts';
import { Unavailable } from '../../core/unavailable.ts';
import type { ChargeState, PaymentProvider, ProviderCharge } from '../../payment/ports/payment-provider.ts';
import { behaviourOf, conductOf, type MockBehaviour } from './mock-behaviour.ts';

export interface MockProviderOptions {
  clock: Clock;
  random: Random;
  /** Share of authorizations that are declined, 0 to 1. */
  failureRate: number;
  /** Each request takes a time between these. */
  delayMillis: { minMillis: Millis; maxMillis: Millis };
  /** Of payments whose id says nothing else. */
  behaviour?: MockBehaviour;
}

interface MockCharge {
  state: ChargeState;
  amount: Hundredths;
  /** Amounts by refund id. */
  refunds: Map<string, Hundredths>;
  asked: { authorize: number; capture: number; other: number };
}

type Call = keyof MockCharge['asked'];

/** Charges kept; the oldest are forgotten, and asking about one of those says `none`. */
const REMEMBERED = 200_000;

/**
 * A provider for development, tests and load: no money moves. It delays, declines, keeps silent and answers errors as
 * configured or as the payment id says (`mock-behaviour.ts`), and keeps to the port's promises for as long as the
 * process lives. Of a charge of an earlier process, or of another node, it knows nothing, and gives back what it is told
 * was taken.
 */
export function mockPaymentProvider(options: MockProviderOptions): PaymentProvider {
  return new MockPaymentProvider(options);
}

class MockPaymentProvider implements PaymentProvider {
  readonly name = 'mock';
  readonly captures = 'separately';
  readonly #options: MockProviderOptions;
  readonly #charges = new LatestMap<string, MockCharge>({ most: REMEMBERED });

  constructor(options: MockProviderOptions) {
    this.#options = options;
  }

  authorize(charge: ProviderCharge) {
    return this.#ask('authorize', charge, (known, declines) => {
      if (known.state === 'none') known.state = declines || this.#unlucky() ? 'declined' : 'authorized';
      return known.state === 'authorized' || known.state === 'captured' ? 'authorized' : 'declined';
    });
  }

  capture(charge: ProviderCharge) {
    return this.#ask('capture', charge, (known, declines) => {
      if (known.state === 'authorized') known.state = declines ? 'declined' : 'captured';
      return known.state === 'captured' ? 'captured' : 'declined';
    });
  }

  void(charge: ProviderCharge) {
    return this.#ask('other', charge, (known) => {
      if (known.state === 'authorized') known.state = 'voided';
      if (known.state !== 'captured' && known.state !== 'refunded') return 'released';
      this.#refund(known, { refundId: 'void', amount: known.amount - refundedOf(known) });
      return 'returned';
    });
  }

  refund(charge: ProviderCharge, refund: { refundId: string; amount: Hundredths }) {
    return this.#ask('other', charge, (known) => {
      // The house only asks back what its book says was taken: by another process.
      if (known.state === 'none') known.state = 'captured';
      return this.#refund(known, refund);
    });
  }

  async find(charge: ProviderCharge) {
    const known = this.#charges.get(charge.attemptId);
    return { state: known?.state ?? 'none', refunded: known ? refundedOf(known) : 0 };
  }

  #refund(known: MockCharge, { refundId, amount }: { refundId: string; amount: Hundredths }) {
    if (known.refunds.has(refundId)) return 'refunded';
    if (known.state !== 'captured' || amount > known.amount - refundedOf(known)) return 'refused';
    known.refunds.set(refundId, amount);
    if (refundedOf(known) === known.amount) known.state = 'refunded';
    return 'refunded';
  }

  async #ask<R>(
    call: Call,
    charge: ProviderCharge,
    act: (known: MockCharge, declines: boolean) => R,
  ): Promise<R> {
    const known = this.#known(charge);
    const behaviour = behaviourOf(charge.method) ?? this.#options.behaviour ?? 'approve';
    const conduct = conductOf(behaviour, call, ++known.asked[call]);
    if (conduct.lost) return silence();
    const answer = act(known, conduct.declines);
    await this.#delay(conduct.extraMillis);
    if (conduct.afterwards === 'silence') return silence();
    if (conduct.afterwards === 'error') throw new Unavailable('500 from the provider', { indefinite: true });
    return answer;
  }

  #known({ attemptId, amount }: ProviderCharge): MockCharge {
    const found = this.#charges.get(attemptId);
    if (found) return found;
    const asked = { authorize: 0, capture: 0, other: 0 };
    const made: MockCharge = { state: 'none', amount, refunds: new Map(), asked };
    this.#charges.set(attemptId, made);
    return made;
  }

  #unlucky(): boolean {
    const { failureRate, random } = this.#options;
    return failureRate > 0 && random.below(1_000_000) < failureRate * 1_000_000;
  }

  async #delay(extraMillis: Millis): Promise<void> {
    const { clock, random, delayMillis } = this.#options;
    const { minMillis, maxMillis } = delayMillis;
    const drawn = maxMillis > 0 ? minMillis + random.below(maxMillis - minMillis + 1) : 0;
    if (drawn + extraMillis > 0) await pause(clock, drawn + extraMillis);
  }
}

function refundedOf({ refunds }: MockCharge): Hundredths {
  return [...refunds.values()].reduce((sum, amount) => sum + amount, 0);
}

/** Whoever asked hears nothing, ever: his own patience ends it. */
function silence(): Promise<never> {
  return new Promise(() => undefined);
}
