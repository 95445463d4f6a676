import type { Millis } from '../../core/clock.ts';
import type { Hundredths } from '../../core/money.ts';
import type {
  ChargeState,
  PaymentProvider,
  ProviderCharge,
  ProviderRefund,
} from '../../payment/ports/payment-provider.ts';
import type { ProviderReferences } from '../../payment/ports/provider-references.ts';
import type { Life } from './life.ts';
import type { Scheduler } from './scheduler.ts';

/** What the provider has in its book; it survives every crash of ours. */
export interface BookedCharge {
  attemptId: string;
  orderId: number;
  amount: Hundredths;
  currency: string;
  state: ChargeState;
  captures: number;
  /** Times that everything went back: by one refund, or by the last of several. */
  refunds: number;
  /** Amounts by refund id. */
  refunded: Map<string, Hundredths>;
}

/** What becomes of one request to the provider. */
export interface ProviderFate {
  delayMillis: number;
  /** `lost`: it fails and the provider never heard; `unsaid`: done, but the answer is an error; `silent`: done, and no answer ever comes. */
  outcome: 'answered' | 'lost' | 'unsaid' | 'silent';
  declines: boolean;
}

export type ProviderCall = 'authorize' | 'capture' | 'void' | 'refund' | 'find';

interface Provider {
  scheduler: Scheduler;
  fateOf(call: ProviderCall): ProviderFate;
  /** Whether a request on its way at a crash still reaches the provider. */
  outlivesCrash(): boolean;
  /** Told of each change of a charge, before whoever asked for it; the result is for how long his answer is held back. */
  changed?(charge: BookedCharge): Millis;
}

export const SIMULATED_PROVIDER = 'simulated';

/** A payment provider with a book of its own, idempotent by attempt id, that can be slow, wrong about itself, or mute. */
export class SimulatedPaymentProvider {
  readonly book = new Map<string, BookedCharge>();
  readonly #needs: Provider;

  constructor(needs: Provider) {
    this.#needs = needs;
  }

  /** With `references` its name of each charge is kept before it is asked, so that its notices are understood. */
  connect(life: Life, references?: ProviderReferences): PaymentProvider {
    const ask = <R>(call: ProviderCall, charge: ProviderCharge, act: (declines: boolean) => R) =>
      this.#ask(life, { call, charge }, act);
    const authorize = (charge: ProviderCharge) =>
      ask('authorize', charge, (declines) => this.#authorize(charge, declines));
    return {
      name: SIMULATED_PROVIDER,
      captures: 'separately',
      authorize: references
        ? async (charge) => {
            await references.keep(SIMULATED_PROVIDER, charge, referenceOf(charge));
            return authorize(charge);
          }
        : authorize,
      capture: (charge) => ask('capture', charge, (declines) => this.#capture(charge, declines)),
      void: (charge) => ask('void', charge, () => this.#void(charge)),
      refund: (charge, refund) => ask('refund', charge, () => this.#refund(charge, refund)),
      find: (charge) => ask('find', charge, () => this.#find(charge)),
    };
  }

  #ask<R>(
    life: Life,
    { call, charge }: { call: ProviderCall; charge: ProviderCharge },
    act: (declines: boolean) => R,
  ): Promise<R> {
    const { scheduler } = this.#needs;
    const { delayMillis, outcome, declines } = this.#needs.fateOf(call);
    return new Promise((resolve, reject) => {
      let arrived = false;
      const answered = (answer: R | undefined) =>
        life.enter(() => {
          if (outcome === 'answered') resolve(answer as R);
          else reject(new Error(`the provider failed (${outcome})`));
        });
      scheduler.after(delayMillis, `provider ${call} ${outcome}`, () => {
        if (arrived) return;
        arrived = true;
        const before = this.#standing(charge);
        const answer = outcome === 'lost' ? undefined : act(declines);
        const heldMillis = this.#standing(charge) === before ? 0 : this.#changed(charge);
        if (outcome === 'silent') return;
        if (heldMillis === 0) answered(answer);
        else scheduler.after(heldMillis, `provider answers ${call}`, () => answered(answer));
      });
      life.atEnd(() => {
        if (!arrived && !this.#needs.outlivesCrash()) arrived = true;
      });
    });
  }

  #standing({ attemptId }: ProviderCharge): string {
    const charge = this.book.get(attemptId);
    return `${charge?.state} ${charge?.refunded.size}`;
  }

  #changed({ attemptId }: ProviderCharge): Millis {
    return this.#needs.changed?.(this.book.get(attemptId) as BookedCharge) ?? 0;
  }

  #authorize(charge: ProviderCharge, declines: boolean): 'authorized' | 'declined' {
    const { attemptId, orderId, amount, currency } = charge;
    const known = this.book.get(attemptId);
    if (known) return known.state === 'declined' ? 'declined' : 'authorized';
    const state = declines ? 'declined' : 'authorized';
    this.book.set(attemptId, {
      attemptId,
      orderId,
      amount,
      currency,
      state,
      captures: 0,
      refunds: 0,
      refunded: new Map(),
    });
    return state;
  }

  #capture({ attemptId }: ProviderCharge, declines: boolean): 'captured' | 'declined' {
    const charge = this.book.get(attemptId);
    if (charge?.state === 'captured') return 'captured';
    if (charge?.state !== 'authorized') return 'declined';
    charge.state = declines ? 'declined' : 'captured';
    if (!declines) charge.captures++;
    return charge.state as 'captured' | 'declined';
  }

  #void(asked: ProviderCharge): 'released' | 'returned' {
    const charge = this.book.get(asked.attemptId);
    if (charge?.state === 'authorized') charge.state = 'voided';
    if (charge?.state !== 'captured' && charge?.state !== 'refunded') return 'released';
    this.#refund(asked, { refundId: 'void', amount: charge.amount - refundedOf(charge) });
    return 'returned';
  }

  #refund({ attemptId }: ProviderCharge, { refundId, amount }: ProviderRefund): 'refunded' | 'refused' {
    const charge = this.book.get(attemptId);
    if (charge?.refunded.has(refundId)) return 'refunded';
    if (charge?.state !== 'captured' || amount > charge.amount - refundedOf(charge)) return 'refused';
    charge.refunded.set(refundId, amount);
    if (refundedOf(charge) < charge.amount) return 'refunded';
    charge.state = 'refunded';
    charge.refunds++;
    return 'refunded';
  }

  #find({ attemptId }: ProviderCharge) {
    const charge = this.book.get(attemptId);
    return { state: charge?.state ?? 'none', refunded: charge ? refundedOf(charge) : 0 };
  }
}

/** What the provider calls a charge. */
export function referenceOf({ attemptId }: Pick<ProviderCharge, 'attemptId'>): string {
  return `pi_${attemptId}`;
}

export function refundedOf({ refunded }: BookedCharge): Hundredths {
  return [...refunded.values()].reduce((sum, amount) => sum + amount, 0);
}
