import type { Millis } from '../../core/clock.ts';
import { Unavailable } from '../../core/unavailable.ts';

export interface TossAccount {
  secretKey: string;
  /** Another address than Toss Payments': a server of a test. */
  origin?: string;
  /** One request; after it the outcome is unknown. */
  answerMillis?: Millis;
}

/** What we read of Toss Payments' Payment object (docs.tosspayments.com/reference, version 2022-11-16). */
export interface TossPayment {
  paymentKey: string;
  orderId: string;
  status: string;
  currency: string;
  /** In the currency's own unit: won, or dollars with a fraction. */
  totalAmount: number;
  balanceAmount: number;
  lastTransactionKey: string | null;
  cancels: readonly { cancelReason: string; cancelAmount: number; cancelStatus?: string }[] | null;
}

/** Toss said no, and why. */
export interface TossRefusal {
  refusedWith: string;
}

/** Not about this payment: our key, our pace, or their own trouble. Nothing happened. */
const DEFINITE = new Set([
  'UNAUTHORIZED_KEY',
  'INVALID_API_KEY',
  'INCORRECT_BASIC_AUTH_FORMAT',
  'FORBIDDEN_REQUEST',
  'FORBIDDEN_CONSECUTIVE_REQUEST',
  'INVALID_IDEMPOTENCY_KEY',
]);
/** They do not know themselves, or are still at it. */
const IN_DOUBT = new Set(['PROVIDER_ERROR', 'IDEMPOTENT_REQUEST_PROCESSING']);

export type TossClient = ReturnType<typeof tossClient>;

/** Toss Payments' REST API. Throws Unavailable; a refusal of the payment itself is an answer. */
export function tossClient({
  secretKey,
  origin = 'https://api.tosspayments.com',
  answerMillis = 10_000,
}: TossAccount) {
  const authorization = `Basic ${Buffer.from(`${secretKey}:`).toString('base64')}`;

  const send = async (
    method: 'GET' | 'POST',
    path: string,
    more: { body?: object; key?: string } = {},
  ): Promise<TossPayment | TossRefusal> => {
    const headers = {
      authorization,
      ...(more.body && { 'content-type': 'application/json' }),
      ...(more.key !== undefined && { 'idempotency-key': more.key }),
    };
    const body = more.body ? JSON.stringify(more.body) : null;
    const answer = await heard(async () => {
      // Loaded with the first payment: a sale that another provider is paid by does without it.
      const { request } = await import('undici');
      const response = await request(`${origin}${path}`, {
        method,
        headers,
        body,
        signal: AbortSignal.timeout(answerMillis),
      });
      return { status: response.statusCode, body: (await response.body.json()) as unknown };
    });
    return judged(answer);
  };

  const path = (paymentKey: string) => `/v1/payments/${encodeURIComponent(paymentKey)}`;
  return {
    find: (paymentKey: string) => send('GET', path(paymentKey)),
    confirm: (body: { paymentKey: string; orderId: string; amount: number }, key: string) =>
      send('POST', '/v1/payments/confirm', { body, key }),
    cancel: (
      paymentKey: string,
      body: { cancelReason: string; cancelAmount?: number; currency?: string },
      key: string,
    ) => send('POST', `${path(paymentKey)}/cancel`, { body, key }),
  };
}

export function isTossRefusal(answer: TossPayment | TossRefusal): answer is TossRefusal {
  return 'refusedWith' in answer;
}

async function heard<R>(send: () => Promise<R>): Promise<R> {
  try {
    return await send();
  } catch (error) {
    const { code = 'no answer' } = error as { code?: string | number };
    // Nobody took the connection, so nobody read the request.
    const indefinite = code !== 'ECONNREFUSED' && code !== 'ENOTFOUND';
    throw new Unavailable(`Toss Payments: ${code}`, { indefinite, cause: error });
  }
}

function judged({ status, body }: { status: number; body: unknown }): TossPayment | TossRefusal {
  if (status === 200) return body as TossPayment;
  const { code = String(status) } = body as { code?: string };
  if (status === 401 || status === 429 || DEFINITE.has(code)) throw new Unavailable(`Toss Payments: ${code}`);
  if (status >= 500 || IN_DOUBT.has(code))
    throw new Unavailable(`Toss Payments: ${code}`, { indefinite: true });
  return { refusedWith: code };
}
