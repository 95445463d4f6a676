import type Stripe from 'stripe';
import { Unavailable } from '../../core/unavailable.ts';
import type {
  ChargeView,
  PaymentProvider,
  ProviderCharge,
  ProviderRefund,
} from '../../payment/ports/payment-provider.ts';
import type { ProviderReferences } from '../../payment/ports/provider-references.ts';
import { hundredthsOf, stripeUnits } from './stripe-amount.ts';
import { asUnavailable, isStripeError, keyed, type StripeAccount, stripeClient } from './stripe-client.ts';

export interface StripeProviderOptions extends StripeAccount {
  references: ProviderReferences;
}

type Intent = Stripe.PaymentIntent;

/**
 * Stripe, by PaymentIntents that are captured later. The buyer's page brings the id of a PaymentMethod (`pm_…`).
 *
 * How a charge is found again: an intent is created unconfirmed, which moves no money; its id is kept in our ledger;
 * only then is it confirmed. So an attempt without a kept id never had effect, and any other is retrieved by id, which
 * Stripe answers consistently, where its search lags behind.
 */
export function stripePaymentProvider(options: StripeProviderOptions): PaymentProvider {
  return new StripePaymentProvider(options);
}

class StripePaymentProvider implements PaymentProvider {
  readonly name = 'stripe';
  readonly captures = 'separately';
  readonly #client: () => Promise<Stripe>;
  readonly #references: ProviderReferences;

  constructor(options: StripeProviderOptions) {
    this.#client = stripeClient(options);
    this.#references = options.references;
  }

  authorize(charge: ProviderCharge) {
    return this.#ask(async (stripe) => {
      const intent = (await this.#known(stripe, charge)) ?? (await this.#created(stripe, charge));
      const before = outcomeOf(intent);
      if (before !== 'untried') return before;
      const after = outcomeOf(await this.#confirmed(stripe, intent, charge));
      if (after === 'untried') throw new Unavailable('Stripe: not confirmed', { indefinite: true });
      return after;
    });
  }

  capture(charge: ProviderCharge) {
    return this.#ask(async (stripe) => {
      const intent = await this.#known(stripe, charge);
      if (intent?.status !== 'requires_capture')
        return intent?.status === 'succeeded' ? 'captured' : 'declined';
      const after = await this.#moved(stripe, intent, () =>
        keyed(`${charge.attemptId}-capture`, (key) => stripe.paymentIntents.capture(intent.id, {}, key)),
      );
      return after.status === 'succeeded' ? 'captured' : 'declined';
    });
  }

  void(charge: ProviderCharge) {
    return this.#ask(async (stripe) => {
      const intent = await this.#known(stripe, charge);
      if (!intent || intent.status === 'canceled') return 'released';
      const after =
        intent.status === 'succeeded'
          ? intent
          : await this.#moved(stripe, intent, () =>
              keyed(`${charge.attemptId}-cancel`, (key) => stripe.paymentIntents.cancel(intent.id, {}, key)),
            );
      if (after.status === 'canceled') return 'released';
      const { refunded } = viewOf(after);
      const rest = { refundId: `${charge.attemptId}-void`, amount: charge.amount - refunded };
      if (rest.amount > 0) await this.#refunded(stripe, after, rest);
      return 'returned';
    });
  }

  refund(charge: ProviderCharge, refund: ProviderRefund) {
    return this.#ask(async (stripe) => {
      const intent = await this.#known(stripe, charge);
      return intent ? this.#refunded(stripe, intent, refund) : 'refused';
    });
  }

  find(charge: ProviderCharge) {
    return this.#ask(async (stripe): Promise<ChargeView> => {
      const intent = await this.#known(stripe, charge);
      return intent ? viewOf(intent) : { state: 'none', refunded: 0 };
    });
  }

  async #known(stripe: Stripe, { attemptId }: ProviderCharge): Promise<Intent | undefined> {
    const id = await this.#references.referenceOf(this.name, attemptId);
    return id === undefined ? undefined : this.#retrieved(stripe, id);
  }

  #retrieved(stripe: Stripe, id: string): Promise<Intent> {
    return stripe.paymentIntents.retrieve(id, { expand: ['latest_charge'] });
  }

  /** One that is created and never kept is never confirmed either: it holds no money and Stripe lists it as incomplete. */
  async #created(stripe: Stripe, charge: ProviderCharge): Promise<Intent> {
    const { attemptId, orderId, reference, amount, currency } = charge;
    const draft: Stripe.PaymentIntentCreateParams = {
      amount: stripeUnits(amount, currency),
      currency: currency.toLowerCase(),
      capture_method: 'manual',
      allowed_payment_method_types: ['card'],
      description: reference,
      metadata: { attempt: attemptId, order: String(orderId) },
    };
    const intent = await keyed(`${attemptId}-create`, (key) => stripe.paymentIntents.create(draft, key));
    const kept = await this.#references.keep(this.name, { attemptId, orderId }, intent.id);
    return kept === intent.id ? intent : this.#retrieved(stripe, kept);
  }

  /** A bank that wants to see the buyer in person is a decline here: the page asks him before it brings the method. */
  async #confirmed(stripe: Stripe, intent: Intent, { attemptId, method }: ProviderCharge): Promise<Intent> {
    const how = { payment_method: method, error_on_requires_action: true };
    return this.#moved(stripe, intent, () =>
      keyed(`${attemptId}-confirm`, (key) => stripe.paymentIntents.confirm(intent.id, how, key)),
    );
  }

  /** The intent after a move. When Stripe says no, or that it is elsewhere already, its present state is the answer. */
  async #moved(stripe: Stripe, intent: Intent, move: () => Promise<Intent>): Promise<Intent> {
    try {
      return await move();
    } catch (error) {
      if (isStripeError(error, 'StripeCardError')) return declinedIntent(intent, error);
      if (!isStripeError(error, 'StripeInvalidRequestError')) throw error;
      // Nonsense where a payment method should be is the buyer's to mend, like a card that is declined.
      if (error.param === 'payment_method') return declinedIntent(intent, error);
      if (!STALE.has(error.code ?? '')) throw error;
      return this.#retrieved(stripe, intent.id);
    }
  }

  /** Looks first: the list of an intent's refunds is never behind, and a key is only good for a day. */
  async #refunded(stripe: Stripe, intent: Intent, { refundId, amount }: ProviderRefund) {
    const metadata = { refund: refundId };
    try {
      return await keyed(refundId, async (key) => {
        const { data } = await stripe.refunds.list({ payment_intent: intent.id, limit: 100 });
        const done = data.some((each) => each.metadata?.refund === refundId && !isUndone(each));
        if (done) return 'refunded' as const;
        const units = stripeUnits(amount, intent.currency.toUpperCase());
        await stripe.refunds.create({ payment_intent: intent.id, amount: units, metadata }, key);
        return 'refunded' as const;
      });
    } catch (error) {
      if (isStripeError(error, 'StripeInvalidRequestError')) return 'refused' as const;
      throw error;
    }
  }

  async #ask<R>(question: (stripe: Stripe) => Promise<R>): Promise<R> {
    try {
      return await question(await this.#client());
    } catch (error) {
      throw asUnavailable(error);
    }
  }
}

/** Error codes that only say: the intent has gone on, or its authorization is over. */
const STALE = new Set([
  'payment_intent_unexpected_state',
  'charge_expired_for_capture',
  'charge_already_captured',
]);

function declinedIntent(intent: Intent, { code = 'declined' }: { code?: string | undefined }): Intent {
  const last_payment_error = { code, type: 'card_error' } as Stripe.PaymentIntent.LastPaymentError;
  return { ...intent, status: 'requires_payment_method', last_payment_error };
}

function isUndone({ status }: Stripe.Refund): boolean {
  return status === 'failed' || status === 'canceled';
}

function outcomeOf({ status, last_payment_error }: Intent): 'authorized' | 'declined' | 'untried' {
  switch (status) {
    case 'requires_capture':
    case 'succeeded':
      return 'authorized';
    case 'canceled':
      return 'declined';
    case 'requires_payment_method':
    case 'requires_confirmation':
      return last_payment_error ? 'declined' : 'untried';
    default:
      throw new Unavailable(`Stripe: the payment is ${status}`, { indefinite: true });
  }
}

function viewOf(intent: Intent): ChargeView {
  const charge = typeof intent.latest_charge === 'object' ? intent.latest_charge : null;
  const refunded = hundredthsOf(charge?.amount_refunded ?? 0, intent.currency);
  if (intent.status === 'succeeded')
    return { state: charge && charge.amount_refunded >= charge.amount ? 'refunded' : 'captured', refunded };
  if (intent.status === 'canceled') return { state: 'voided', refunded: 0 };
  const outcome = outcomeOf(intent);
  return { state: outcome === 'untried' ? 'none' : outcome, refunded: 0 };
}
