import { createHmac } from 'node:crypto';
import type { Millis } from '../../core/clock.ts';
import type { Hundredths } from '../../core/money.ts';

/** What a provider tells of a charge. */
export interface ChargeNews {
  noticeId: string;
  /** The provider's name of the charge. */
  reference: string;
  happened: 'amount_capturable_updated' | 'payment_failed' | 'succeeded' | 'canceled' | 'refunded';
  amount: Hundredths;
}

/** In the words of Stripe's events, so that the program reads it as it reads those. */
export function noticeText({ noticeId, reference, happened, amount }: ChargeNews): string {
  const object =
    happened === 'refunded'
      ? { object: 'charge', payment_intent: reference, amount_refunded: amount }
      : { object: 'payment_intent', id: reference, amount };
  const type = `${happened === 'refunded' ? 'charge' : 'payment_intent'}.${happened}`;
  return JSON.stringify({ id: noticeId, object: 'event', type, data: { object } });
}

/** As Stripe signs: HMAC-SHA-256 over the time, a point, and the body (docs.stripe.com/webhooks). */
export function signatureOf(text: string, { secret, at }: { secret: string; at: Millis }): string {
  const seconds = Math.floor(at / 1_000);
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${text}`).digest('hex')}`;
}
