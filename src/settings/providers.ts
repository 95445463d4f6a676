import { type Setting, secret, text } from './kinds.ts';

/** Accounts at payment providers. */
export const PROVIDER_SETTINGS = {
  STRIPE_SECRET_KEY: secret('secret key of the Stripe account'),
  STRIPE_WEBHOOK_SECRET: secret('signing secret of the webhook at Stripe'),
  STRIPE_ORIGIN: text('another address than that of Stripe, for tests: http://127.0.0.1:12111'),
  TOSS_SECRET_KEY: secret('secret key of the Toss Payments account'),
  TOSS_ORIGIN: text('another address than that of Toss Payments, for tests'),
} satisfies Record<string, Setting<unknown>>;
