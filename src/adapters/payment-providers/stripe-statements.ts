import type { ProviderStatements } from '../../payment/ports/provider-statements.ts';
import { hundredthsOf } from './stripe-amount.ts';
import { asUnavailable, type StripeAccount, stripeClient } from './stripe-client.ts';

/** Stripe's list of payment intents, newest first. */
export function stripeStatements(account: StripeAccount): ProviderStatements {
  const client = stripeClient(account);
  return {
    async *charges({ from, to }) {
      try {
        const created = { gte: Math.floor(from / 1_000), lt: Math.ceil(to / 1_000) };
        const stripe = await client();
        const expand = ['data.latest_charge'];
        for await (const intent of stripe.paymentIntents.list({ created, limit: 100, expand })) {
          const charge = typeof intent.latest_charge === 'object' ? intent.latest_charge : null;
          yield {
            reference: intent.id,
            captured: hundredthsOf(intent.amount_received, intent.currency),
            refunded: hundredthsOf(charge?.amount_refunded ?? 0, intent.currency),
          };
        }
      } catch (error) {
        throw asUnavailable(error);
      }
    },
  };
}
