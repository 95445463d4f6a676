import type Stripe from 'stripe';
import {
  NOTICE_TOLERANCE,
  type ProviderNotice,
  type ProviderNotices,
} from '../../payment/ports/provider-notices.ts';

/** Stripe's webhooks: the signature is over the time and the body's bytes (docs.stripe.com/webhooks). */
export function stripeNotices(options: { webhookSecret: string }): ProviderNotices {
  // Loaded by the first notice, as the client is by the first payment.
  let sdk: Promise<typeof import('stripe')> | undefined;
  return {
    provider: 'stripe',
    async read({ body, header, at }) {
      const signature = header('stripe-signature');
      if (signature === undefined || isFromTheFuture(signature, at)) return 'refused';
      sdk ??= import('stripe');
      const { default: Client } = await sdk;
      try {
        const { webhookSecret } = options;
        const tolerance = NOTICE_TOLERANCE / 1_000;
        const event = Client.webhooks.constructEvent(
          body,
          signature,
          webhookSecret,
          tolerance,
          undefined,
          at,
        );
        return noticeOf(event);
      } catch {
        // Whatever is wrong with it, from the signature to the JSON in it, it is not a notice.
        return 'refused';
      }
    },
  };
}

/** The SDK looks at one end of the tolerance only. */
function isFromTheFuture(signature: string, at: number): boolean {
  const [, seconds = '0'] = /(?:^|,)t=(\d{1,12})(?:,|$)/.exec(signature) ?? [];
  return Number(seconds) * 1_000 > at + NOTICE_TOLERANCE;
}

function noticeOf({ id, data }: Stripe.Event): ProviderNotice | 'refused' {
  if (typeof id !== 'string' || id === '' || id.length > 255) return 'refused';
  const about = data?.object as { object?: string; id?: string; payment_intent?: unknown } | undefined;
  const reference = about?.object === 'payment_intent' ? about.id : about?.payment_intent;
  return { noticeId: id, reference: typeof reference === 'string' ? reference : undefined };
}
