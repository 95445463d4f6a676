import type { Hundredths } from '../../core/money.ts';
import type {
  ChargeState,
  PaymentProvider,
  ProviderCharge,
  ProviderRefund,
} from '../../payment/ports/payment-provider.ts';
import type { Life } from './life.ts';
import type { Scheduler } from './scheduler.ts';

/** What the provider has in its book; it survives every crash of ours. */
export interface BookedCharge {
  attemptId: string;
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
}

/** A payment provider with a book of its own, idempotent by attempt id, that can be slow, wrong about itself, or mute. */
export class SimulatedPaymentProvider {
  readonly book = new Map<string, BookedCharge>();
  readonly #needs: Provider;

  constructor(needs: Provider) {
    this.#needs = needs;
  }

  connect(life: Life): PaymentProvider {
    const ask = <R>(call: ProviderCall, act: (declines: boolean) => R) => this.#ask(life, call, act);
    return {
      name: 'simulated',
      captures: 'separately',
      authorize: (charge) => ask('authorize', (declines) => this.#authorize(charge, declines)),
      capture: (charge) => ask('capture', (declines) => this.#capture(charge, declines)),
      void: (charge) => ask('void', () => this.#void(charge)),
      refund: (charge, refund) => ask('refund', () => this.#refund(charge, refund)),
      find: (charge) => ask('find', () => this.#find(charge)),
    };
  }

  #ask<R>(life: Life, call: ProviderCall, act: (declines: boolean) => R): Promise<R> {
    const { scheduler } = this.#needs;
    const { delayMillis, outcome, declines } = this.#needs.fateOf(call);
    return new Promise((resolve, reject) => {
      let arrived = false;
      scheduler.after(delayMillis, `provider ${call} ${outcome}`, () => {
        if (arrived) return;
        arrived = true;
        const answer = outcome === 'lost' ? undefined : act(declines);
        if (outcome === 'silent') return;
        life.enter(() => {
          if (outcome === 'answered') resolve(answer as R);
          else reject(new Error(`the provider failed (${outcome})`));
        });
      });
      life.atEnd(() => {
        if (!arrived && !this.#needs.outlivesCrash()) arrived = true;
      });
    });
  }

  #authorize(charge: ProviderCharge, declines: boolean): 'authorized' | 'declined' {
    const { attemptId, amount, currency } = charge;
    const known = this.book.get(attemptId);
    if (known) return known.state === 'declined' ? 'declined' : 'authorized';
    const state = declines ? 'declined' : 'authorized';
    this.book.set(attemptId, {
      attemptId,
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

function refundedOf({ refunded }: BookedCharge): Hundredths {
  return [...refunded.values()].reduce((sum, amount) => sum + amount, 0);
}
