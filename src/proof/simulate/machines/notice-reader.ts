import { stripeNotices } from '../../../adapters/payment-providers/stripe-notices.ts';
import { signatureOf } from '../../../adapters/simulated/payment-notices.ts';
import { SIMULATED_PROVIDER } from '../../../adapters/simulated/payment-provider.ts';
import type { Millis } from '../../../core/clock.ts';
import type { ProviderNotices } from '../../../payment/ports/provider-notices.ts';

const SECRET = 'whsec_of_every_simulated_house';
const stripe = stripeNotices({ webhookSecret: SECRET });

/** The simulated provider tells and signs as Stripe does, so the reader of Stripe's notices is the one that is tried. */
export const noticeReader: ProviderNotices = { provider: SIMULATED_PROVIDER, read: stripe.read };

/** Loads what the reader loads with its first notice: from disk, which takes time that is not the world's. */
export async function readerIsLoaded(): Promise<void> {
  await stripe.read({ body: Buffer.from('{}'), header: () => 't=0', at: 0 });
}

/** As the provider signs what it sends at this time. */
export function providersSignature(text: string, at: Millis): string {
  return signatureOf(text, { secret: SECRET, at });
}
