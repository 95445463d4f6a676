import { type Answer, type Asked, type ProviderServer, providerServer } from './provider-server.ts';

interface Payment {
  paymentKey: string;
  orderId: string;
  status: 'IN_PROGRESS' | 'DONE' | 'PARTIAL_CANCELED' | 'CANCELED' | 'ABORTED' | 'EXPIRED';
  currency: string;
  totalAmount: number;
  balanceAmount: number;
  lastTransactionKey: string | null;
  cancels: { cancelReason: string; cancelAmount: number; cancelStatus: string }[] | null;
  isCardGood: boolean;
  confirmations: number;
}

export interface TossServer extends ProviderServer {
  readonly secretKey: string;
  readonly origin: string;
  /** Everything there was to tell, in the order in which it happened. */
  readonly events: readonly { body: string }[];
  /** The buyer goes through the window: the key of a payment that waits to be confirmed, in the currency's own unit. */
  window(wanted: { orderId: string; amount: number; currency: string; isCardGood?: boolean }): string;
  /** What Toss has taken and given back, in the currency's own unit. */
  book(paymentKey: string): { confirmations: number; captured: number; refunded: number };
  /** The window's ten minutes are over. */
  expire(paymentKey: string): void;
}

/** Toss Payments' documented protocol (version 2022-11-16): confirm, cancel, look-up by key and by order, webhooks. */
export async function tossServer(): Promise<TossServer> {
  const toss = new FakeToss();
  const failure = tossError(500, 'FAILED_INTERNAL_SYSTEM_PROCESSING');
  const server = await providerServer((asked) => toss.answer(asked), failure);
  return {
    ...server,
    secretKey: toss.secretKey,
    origin: `http://127.0.0.1:${server.port}`,
    events: toss.events,
    window: (wanted) => toss.window(wanted),
    book: (paymentKey) => toss.book(paymentKey),
    expire: (paymentKey) => toss.expire(paymentKey),
  };
}

class FakeToss {
  readonly secretKey = 'test_sk_onrush';
  readonly events: { body: string }[] = [];
  readonly #payments = new Map<string, Payment>();
  #transactions = 0;

  window({ orderId, amount, currency, isCardGood = true }: Parameters<TossServer['window']>[0]): string {
    const paymentKey = `tviva${this.#payments.size + 1}_${orderId}`;
    this.#payments.set(paymentKey, {
      paymentKey,
      orderId,
      currency,
      isCardGood,
      totalAmount: amount,
      balanceAmount: amount,
      status: 'IN_PROGRESS',
      lastTransactionKey: null,
      cancels: null,
      confirmations: 0,
    });
    return paymentKey;
  }

  expire(paymentKey: string): void {
    const payment = this.#payments.get(paymentKey);
    if (payment?.status === 'IN_PROGRESS') this.#move(payment, 'EXPIRED');
  }

  book(paymentKey: string) {
    const payment = this.#payments.get(paymentKey);
    const captured = payment && payment.confirmations > 0 ? payment.totalAmount : 0;
    const refunded = payment ? payment.totalAmount - payment.balanceAmount : 0;
    return { confirmations: payment?.confirmations ?? 0, captured, refunded };
  }

  answer({ method, path, headers, body }: Asked): Answer {
    const basic = `Basic ${Buffer.from(`${this.secretKey}:`).toString('base64')}`;
    if (headers.authorization !== basic) return tossError(401, 'UNAUTHORIZED_KEY');
    const given = (body === '' ? {} : JSON.parse(body)) as Record<string, never>;
    if (method === 'POST' && path === '/v1/payments/confirm') return this.#confirm(given);
    const [, orderId] = /^\/v1\/payments\/orders\/([^/]+)$/.exec(path) ?? [];
    const [, key = '', act] = /^\/v1\/payments\/([^/]+)(?:\/(cancel))?$/.exec(path) ?? [];
    const payment =
      orderId === undefined
        ? this.#payments.get(decodeURIComponent(key))
        : [...this.#payments.values()].findLast((each) => each.orderId === orderId);
    if (!payment) return tossError(404, 'NOT_FOUND_PAYMENT');
    return act === 'cancel' ? this.#cancel(payment, given) : shown(payment);
  }

  #confirm({
    paymentKey,
    orderId,
    amount,
  }: {
    paymentKey?: string;
    orderId?: string;
    amount?: number;
  }): Answer {
    const payment = this.#payments.get(paymentKey ?? '');
    if (!payment) return tossError(404, 'NOT_FOUND_PAYMENT_SESSION');
    if (payment.status === 'EXPIRED') return tossError(404, 'NOT_FOUND_PAYMENT_SESSION');
    if (payment.orderId !== orderId || payment.totalAmount !== amount)
      return tossError(400, 'INVALID_REQUEST');
    if (payment.status !== 'IN_PROGRESS') return tossError(400, 'ALREADY_PROCESSED_PAYMENT');
    if (!payment.isCardGood) {
      this.#move(payment, 'ABORTED');
      return tossError(403, 'REJECT_CARD_PAYMENT');
    }
    payment.confirmations++;
    this.#move(payment, 'DONE');
    return shown(payment);
  }

  #cancel(payment: Payment, given: { cancelReason?: string; cancelAmount?: number }): Answer {
    const { cancelReason, cancelAmount = payment.balanceAmount } = given;
    if (!cancelReason) return tossError(400, 'INVALID_REQUEST');
    if (payment.status === 'CANCELED') return tossError(400, 'ALREADY_CANCELED_PAYMENT');
    if (payment.status !== 'DONE' && payment.status !== 'PARTIAL_CANCELED')
      return tossError(403, 'NOT_CANCELABLE_PAYMENT');
    if (cancelAmount > payment.balanceAmount) return tossError(403, 'NOT_CANCELABLE_AMOUNT');
    payment.cancels = [...(payment.cancels ?? []), { cancelReason, cancelAmount, cancelStatus: 'DONE' }];
    payment.balanceAmount -= cancelAmount;
    this.#move(payment, payment.balanceAmount === 0 ? 'CANCELED' : 'PARTIAL_CANCELED');
    return shown(payment);
  }

  #move(payment: Payment, status: Payment['status']): void {
    payment.status = status;
    payment.lastTransactionKey = `tx_${++this.#transactions}`;
    const event = {
      eventType: 'PAYMENT_STATUS_CHANGED',
      createdAt: '2026-11-21T09:00:00.000000',
      data: view(payment),
    };
    this.events.push({ body: JSON.stringify(event) });
  }
}

function shown(payment: Payment): Answer {
  return { status: 200, body: view(payment) };
}

function view({ isCardGood, confirmations, ...payment }: Payment): object {
  return { version: '2022-11-16', ...payment };
}

function tossError(status: number, code: string): Answer {
  return { status, body: { code, message: `test: ${code}` } };
}
