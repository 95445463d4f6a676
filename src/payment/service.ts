import { BrokenInvariant } from '../core/assert.ts';
import type { Clock, Millis } from '../core/clock.ts';
import type { Hundredths } from '../core/money.ts';
import type { PaymentState } from './payment.ts';
import type { ChargeState, PaymentProvider } from './ports/payment-provider.ts';
import type { PaymentStore } from './ports/payment-store.ts';

export interface PaymentNeeds {
  provider: PaymentProvider;
  store: PaymentStore;
  clock: Clock;
  /** A provider that has not answered by then counts as silent. */
  patienceMillis: Millis;
}

interface Charge {
  attemptId: string;
  orderId: number;
  amount: Hundredths;
  currency: string;
}

/**
 * Talks to the provider and keeps the house's book. A provider that throws or does not answer leaves the outcome
 * unknown; whoever asks again looks it up first.
 */
export class PaymentService {
  readonly #needs: PaymentNeeds;

  constructor(needs: PaymentNeeds) {
    this.#needs = needs;
  }

  /** What became of an attempt that was begun before. */
  lookUp(charge: Charge): Promise<ChargeState | 'unknown'> {
    return this.#orUnknown(() => this.#needs.provider.find(charge.attemptId));
  }

  authorize(charge: Charge): Promise<'authorized' | 'declined' | 'unknown'> {
    return this.#orUnknown(async () => {
      const answer = await this.#needs.provider.authorize(charge);
      if (answer === 'declined') await this.#note(charge, 'DECLINED');
      return answer;
    });
  }

  capture(charge: Charge): Promise<'captured' | 'declined' | 'unknown'> {
    return this.#orUnknown(async () => {
      const answer = await this.#needs.provider.capture(charge);
      if (answer === 'captured') await this.#note(charge, 'CAPTURED');
      return answer;
    });
  }

  void(charge: Charge): Promise<'done' | 'unknown'> {
    return this.#orUnknown(async () => {
      await this.#needs.provider.void(charge);
      await this.#note(charge, 'VOIDED');
      return 'done' as const;
    });
  }

  refund(charge: Charge): Promise<'done' | 'unknown'> {
    return this.#orUnknown(async () => {
      await this.#needs.provider.refund(charge);
      await this.#note(charge, 'REFUNDED');
      return 'done' as const;
    });
  }

  #note(charge: Charge, state: PaymentState): Promise<void> {
    const { store, provider, clock } = this.#needs;
    const { attemptId, orderId, amount, currency } = charge;
    return store.save({
      attemptId,
      orderId,
      amount,
      currency,
      state,
      provider: provider.name,
      updatedAt: clock.now(),
    });
  }

  /**
   * A defect surfaces; everything else that goes wrong on the way to the provider and back, silence included, only
   * means: not known yet.
   */
  async #orUnknown<R>(question: () => Promise<R>): Promise<R | 'unknown'> {
    const { clock, patienceMillis } = this.#needs;
    return new Promise((resolve, reject) => {
      const cancel = clock.after(patienceMillis, () => resolve('unknown'));
      const failed = (error: unknown) =>
        error instanceof BrokenInvariant ? reject(error) : resolve('unknown');
      question().then(resolve, failed).finally(cancel);
    });
  }
}
