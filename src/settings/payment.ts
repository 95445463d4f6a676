import {
  choice,
  DAY_SECONDS,
  type Given,
  millisRange,
  type Setting,
  seconds,
  secret,
  share,
  text,
} from './kinds.ts';

/** Who takes the money, and until when. */
export const PAYMENT_SETTINGS = {
  PAYMENT_DEADLINE_SECONDS: seconds(
    600,
    { min: 1, max: DAY_SECONDS },
    'a pending booking frees its seats after it',
  ),
  PAYMENT_PROVIDER: choice(['mock', 'stripe', 'toss'], 'mock', 'who takes the money; mock takes none'),
  PAYMENT_FAILURE_RATE: share('share of payments the mock provider declines'),
  PAYMENT_BEHAVIOUR: choice(
    ['approve', 'decline', 'decline_capture', 'slow', 'timeout', 'charge_then_error', 'late_success'],
    'approve',
    'how payments go at the mock provider whose id says nothing else',
  ),
  PAYMENT_DELAY_MS: millisRange('how long the mock provider takes: one number or a range'),

  STRIPE_SECRET_KEY: secret('secret key of the Stripe account'),
  STRIPE_WEBHOOK_SECRET: secret('signing secret of the webhook at Stripe'),
  STRIPE_ORIGIN: text('another address than that of Stripe, for tests: http://127.0.0.1:12111'),
  TOSS_SECRET_KEY: secret('secret key of the Toss Payments account'),
  TOSS_ORIGIN: text('another address than that of Toss Payments, for tests'),
} satisfies Record<string, Setting<unknown>>;

/** The same as one concern. */
export function paymentOf(given: Given<typeof PAYMENT_SETTINGS>) {
  return {
    deadlineSeconds: given.PAYMENT_DEADLINE_SECONDS,
    failureRate: given.PAYMENT_FAILURE_RATE,
    behaviour: given.PAYMENT_BEHAVIOUR,
    delay: given.PAYMENT_DELAY_MS,
    provider: given.PAYMENT_PROVIDER,
    stripe: {
      secretKey: given.STRIPE_SECRET_KEY,
      webhookSecret: given.STRIPE_WEBHOOK_SECRET,
      origin: given.STRIPE_ORIGIN,
    },
    toss: { secretKey: given.TOSS_SECRET_KEY, origin: given.TOSS_ORIGIN },
  };
}
