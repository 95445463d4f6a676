import type Stripe from 'stripe';
import type { Millis } from '../../core/clock.ts';
import { Unavailable } from '../../core/unavailable.ts';

export interface StripeAccount {
  secretKey: string;
  /** Another address than Stripe's: a server of a test. */
  address?: { protocol: 'http' | 'https'; host: string; port: number };
  /** One request; after it the outcome is unknown. */
  answerMillis?: Millis;
}

/** The SDK is loaded when the first payment needs it. Trying again is left to the house's own policies. */
export function stripeClient({
  secretKey,
  address,
  answerMillis = 10_000,
}: StripeAccount): () => Promise<Stripe> {
  let made: Promise<Stripe> | undefined;
  const make = async () => {
    const { default: Client } = await import('stripe');
    return new Client(secretKey, {
      maxNetworkRetries: 0,
      timeout: answerMillis,
      telemetry: false,
      ...(address && { ...address, port: String(address.port) }),
    });
  };
  return () => {
    made ??= make();
    return made;
  };
}

type StripeError = Stripe.errors.StripeError;

/** Nothing happened: our key, our request or our pace was refused. */
const DEFINITE = new Set([
  'StripeAuthenticationError',
  'StripePermissionError',
  'StripeRateLimitError',
  'StripeInvalidRequestError',
  'StripeIdempotencyError',
]);

const KEY_GENERATIONS = 3;

/**
 * Sends a POST under an idempotency key. Stripe answers a key the same for at least 24 hours, even when that answer was
 * an error of its own: then the next key of the family is taken. What is sent must therefore be safe to do twice, or
 * see for itself that it was done.
 */
export async function keyed<R>(
  key: string,
  send: (options: { idempotencyKey: string }) => Promise<R>,
): Promise<R> {
  for (let generation = 1; ; generation++) {
    try {
      return await send({ idempotencyKey: generation === 1 ? key : `${key}-${generation}` });
    } catch (error) {
      if (generation === KEY_GENERATIONS || !isReplayedFailure(error)) throw error;
    }
  }
}

function isReplayedFailure(error: unknown): boolean {
  const { statusCode = 0, headers } = error as StripeError;
  return statusCode >= 500 && headers?.['idempotent-replayed'] === 'true';
}

export function isStripeError(error: unknown, type: string, code?: string): error is StripeError {
  const { type: its, code: itsCode } = error as StripeError;
  return its === type && (code === undefined || code === itsCode);
}

/** What the SDK threw, in the words of the port. The message names the kind of error only: no key, no card. */
export function asUnavailable(error: unknown): unknown {
  if (error instanceof Unavailable) return error;
  const { type, code } = error as StripeError;
  if (typeof type !== 'string' || !type.startsWith('Stripe')) return error;
  const message = `Stripe: ${type}${code ? ` (${code})` : ''}`;
  return new Unavailable(message, { indefinite: !DEFINITE.has(type), cause: error });
}
