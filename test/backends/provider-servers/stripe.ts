import { createHmac } from 'node:crypto';
import { type Answer, type Asked, type ProviderServer, providerServer } from './provider-server.ts';

interface Intent {
  id: string;
  amount: number;
  currency: string;
  status: 'requires_payment_method' | 'requires_capture' | 'succeeded' | 'canceled';
  metadata: Record<string, string>;
  last_payment_error: { code: string; type: string } | null;
  payment_method: string | null;
  captures: number;
  refunds: { id: string; amount: number; metadata: Record<string, string>; status: string }[];
}

export interface StripeServer extends ProviderServer {
  readonly secretKey: string;
  readonly webhookSecret: string;
  /** Everything there was to tell, in the order in which it happened. */
  readonly events: readonly { id: string; type: string; body: string }[];
  /** What Stripe has taken and given back, in its own units: of an attempt, or of all of them. */
  book(attemptId?: string): { captures: number; captured: number; refunded: number }[];
  /** The buyer's bank lets the money go, as after seven days. */
  lapse(attemptId: string): void;
  /** The header under which an event is sent at a time. */
  sign(body: string, atMillis: number, secret?: string): string;
}

/** Stripe's documented protocol, as far as payment intents with manual capture, refunds and webhooks go. */
export async function stripeServer(): Promise<StripeServer> {
  const stripe = new FakeStripe();
  const failure = stripeError(500, { type: 'api_error', message: 'something went wrong on our end' });
  const server = await providerServer((asked) => stripe.answer(asked), failure);
  return {
    ...server,
    secretKey: stripe.secretKey,
    webhookSecret: stripe.webhookSecret,
    events: stripe.events,
    book: (attemptId) => stripe.book(attemptId),
    lapse: (attemptId) => stripe.lapse(attemptId),
    sign: (body, atMillis, secret = stripe.webhookSecret) => signature(body, atMillis, secret),
  };
}

class FakeStripe {
  readonly secretKey = 'sk_test_onrush';
  readonly webhookSecret = 'whsec_onrush';
  readonly events: { id: string; type: string; body: string }[] = [];
  readonly #intents = new Map<string, Intent>();

  answer({ method, path, query, headers, body }: Asked): Answer {
    if (headers.authorization !== `Bearer ${this.secretKey}`)
      return stripeError(401, { type: 'invalid_request_error', message: 'Invalid API Key provided' });
    const form = new URLSearchParams(body);
    if (path === '/v1/refunds') return method === 'GET' ? this.#refunds(query) : this.#refund(form);
    const [, id, act] = /^\/v1\/payment_intents(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(path) ?? [];
    if (id === undefined) return method === 'GET' ? this.#list() : this.#create(form);
    const intent = this.#intents.get(id);
    if (!intent)
      return stripeError(404, { type: 'invalid_request_error', code: 'resource_missing', param: 'intent' });
    if (act === 'confirm') return this.#confirm(intent, form);
    if (act === 'capture') return this.#capture(intent);
    return act === 'cancel' ? this.#cancel(intent) : shown(intent);
  }

  book(attemptId?: string) {
    return [...this.#intents.values()]
      .filter(({ metadata }) => attemptId === undefined || metadata.attempt === attemptId)
      .filter(({ captures }) => captures > 0)
      .map((intent) => ({
        captures: intent.captures,
        captured: intent.amount,
        refunded: refundedOf(intent),
      }));
  }

  lapse(attemptId: string): void {
    for (const intent of this.#intents.values())
      if (intent.metadata.attempt === attemptId && intent.status === 'requires_capture') this.#cancel(intent);
  }

  #list(): Answer {
    const data = [...this.#intents.values()].reverse().map(view);
    return { status: 200, body: { object: 'list', url: '/v1/payment_intents', data, has_more: false } };
  }

  #create(form: URLSearchParams): Answer {
    if (form.get('capture_method') !== 'manual') throw new Error('the test server knows manual capture only');
    const intent: Intent = {
      id: `pi_${this.#intents.size + 1}`,
      amount: Number(form.get('amount')),
      currency: form.get('currency') ?? '',
      status: 'requires_payment_method',
      metadata: metadataOf(form),
      last_payment_error: null,
      payment_method: null,
      captures: 0,
      refunds: [],
    };
    if (!Number.isSafeInteger(intent.amount) || intent.amount < 1)
      return stripeError(400, { type: 'invalid_request_error', param: 'amount' });
    this.#intents.set(intent.id, intent);
    this.#tell('payment_intent.created', view(intent));
    return shown(intent);
  }

  #confirm(intent: Intent, form: URLSearchParams): Answer {
    if (intent.status !== 'requires_payment_method') return unexpected(intent);
    const method = form.get('payment_method') ?? '';
    if (!method.startsWith('pm_'))
      return stripeError(400, {
        type: 'invalid_request_error',
        code: 'resource_missing',
        param: 'payment_method',
      });
    if (method === 'pm_card_chargeDeclined') {
      const error = { type: 'card_error', code: 'card_declined' };
      intent.last_payment_error = error;
      this.#tell('payment_intent.payment_failed', view(intent));
      return stripeError(402, { ...error, payment_intent: view(intent) });
    }
    intent.payment_method = method;
    intent.status = 'requires_capture';
    this.#tell('payment_intent.amount_capturable_updated', view(intent));
    return shown(intent);
  }

  #capture(intent: Intent): Answer {
    if (intent.status !== 'requires_capture') return unexpected(intent);
    // No number of Stripe's does this: their authorizations lapse, which ends the same way.
    if (intent.payment_method === 'pm_card_captureDeclined') {
      intent.status = 'canceled';
      this.#tell('payment_intent.canceled', view(intent));
      return stripeError(400, { type: 'invalid_request_error', code: 'charge_expired_for_capture' });
    }
    intent.status = 'succeeded';
    intent.captures++;
    this.#tell('payment_intent.succeeded', view(intent));
    return shown(intent);
  }

  #cancel(intent: Intent): Answer {
    if (intent.status === 'succeeded' || intent.status === 'canceled') return unexpected(intent);
    intent.status = 'canceled';
    this.#tell('payment_intent.canceled', view(intent));
    return shown(intent);
  }

  #refunds(query: URLSearchParams): Answer {
    const intent = this.#intents.get(query.get('payment_intent') ?? '');
    return { status: 200, body: { object: 'list', data: intent?.refunds ?? [], has_more: false } };
  }

  #refund(form: URLSearchParams): Answer {
    const intent = this.#intents.get(form.get('payment_intent') ?? '');
    const amount = Number(form.get('amount'));
    if (intent?.status !== 'succeeded' || amount > intent.amount - refundedOf(intent))
      return stripeError(400, {
        type: 'invalid_request_error',
        message: 'greater than unrefunded amount',
        param: 'amount',
      });
    const refund = {
      id: `re_${intent.id}_${intent.refunds.length}`,
      amount,
      metadata: metadataOf(form),
      status: 'succeeded',
    };
    intent.refunds.push(refund);
    this.#tell('charge.refunded', { object: 'charge', id: `ch_${intent.id}`, payment_intent: intent.id });
    return { status: 200, body: { object: 'refund', payment_intent: intent.id, ...refund } };
  }

  #tell(type: string, object: object): void {
    const id = `evt_${this.events.length + 1}`;
    const body = JSON.stringify({ id, object: 'event', type, data: { object } });
    this.events.push({ id, type, body });
  }
}

function shown(intent: Intent): Answer {
  return { status: 200, body: view(intent) };
}

function view(intent: Intent): object {
  const { captures, refunds, ...rest } = intent;
  const charge = {
    id: `ch_${intent.id}`,
    object: 'charge',
    amount: intent.amount,
    amount_refunded: refundedOf(intent),
  };
  const amount_received = intent.status === 'succeeded' ? intent.amount : 0;
  return {
    object: 'payment_intent',
    ...rest,
    amount_received,
    latest_charge: intent.payment_method ? charge : null,
  };
}

function refundedOf({ refunds }: Intent): number {
  return refunds.reduce((sum, { amount }) => sum + amount, 0);
}

function metadataOf(form: URLSearchParams): Record<string, string> {
  const found = [...form].flatMap(([name, value]) => {
    const [, key] = /^metadata\[(.+)\]$/.exec(name) ?? [];
    return key === undefined ? [] : [[key, value] as const];
  });
  return Object.fromEntries(found);
}

function unexpected(intent: Intent): Answer {
  const code = 'payment_intent_unexpected_state';
  return stripeError(400, { type: 'invalid_request_error', code, payment_intent: view(intent) });
}

function stripeError(status: number, error: object): Answer {
  return { status, body: { error } };
}

/** docs.stripe.com/webhooks#verify-manually: HMAC-SHA-256 over the time, a point, and the body. */
function signature(body: string, atMillis: number, secret: string): string {
  const t = Math.floor(atMillis / 1_000);
  return `t=${t},v1=${createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')}`;
}
