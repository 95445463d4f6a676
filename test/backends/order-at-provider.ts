import { stripePaymentProvider } from '../../src/adapters/payment-providers/stripe.ts';
import { stripeNotices } from '../../src/adapters/payment-providers/stripe-notices.ts';
import { tossPaymentProvider } from '../../src/adapters/payment-providers/toss.ts';
import { tossNotices } from '../../src/adapters/payment-providers/toss-notices.ts';
import { OPEN_ADMISSION } from '../../src/core/admission.ts';
import { PaymentNotices } from '../../src/payment/notices.ts';
import type { PaymentProvider, ProviderCharge } from '../../src/payment/ports/payment-provider.ts';
import { embeddedInMemory } from './embedded.ts';
import {
  type Course,
  type Mishap,
  MOCK_METHODS,
  mock,
  STRIPE_CARDS,
  type TheirBook,
} from './payment-providers.ts';
import { stripeServer } from './provider-servers/stripe.ts';
import { tossServer } from './provider-servers/toss.ts';
import { saleInMemory } from './sale-in-memory.ts';
import { granted } from './seat-commands.ts';

/** What is silent stays silent; whoever is not answers within this on a busy machine, too. */
const ANSWER_MILLIS = 1_000;

/** What a provider sends, and under which headers at this time. */
export interface Delivery {
  body: Buffer;
  headers: Record<string, string>;
}

const STRIPE_PATHS = {
  authorize: /POST .*confirm$/,
  capture: /POST .*capture$/,
  void: /POST .*cancel$/,
  refund: /POST .*refunds$/,
  find: /GET .*payment_intents/,
};
const TOSS_PATHS = {
  authorize: /POST .*confirm$/,
  capture: /^never/,
  void: /POST .*cancel$/,
  refund: /POST .*cancel$/,
  find: /^GET /,
};
/** A request to a provider, as its port names it. */
export type ProviderCall = keyof typeof STRIPE_PATHS;

/** A sale whose money goes through a real provider's adapter to a server of its protocol. */
export async function orderAtStripe() {
  const server = await stripeServer();
  const { ports } = await embeddedInMemory.start();
  const account = {
    secretKey: server.secretKey,
    address: { protocol: 'http' as const, host: '127.0.0.1', port: server.port },
    answerMillis: ANSWER_MILLIS,
  };
  const provider = stripePaymentProvider({ ...account, references: ports.paymentReferences });
  const running = await saleInMemory({ paymentProvider: () => provider });
  const order = await orderOf(running, 'USD');
  const reader = stripeNotices({ webhookSecret: server.webhookSecret });
  return {
    ...order,
    server,
    running,
    provider,
    references: ports.paymentReferences,
    notices: noticesOf(running, [reader], ports),
    method: 'pm_card_visa',
    methodOf: (course: Course) => STRIPE_CARDS[course],
    goWrong: (call: ProviderCall, ...mishaps: Mishap[]) => server.failNext(STRIPE_PATHS[call], ...mishaps),
    theirBook: () => summed(server.book()),
    deliveries: (): Delivery[] =>
      server.events.map(({ body }) => ({
        body: Buffer.from(body),
        headers: { 'stripe-signature': server.sign(body, running.clock.now()) },
      })),
    captured: async () => {
      const { attempt } = await order.current();
      return server
        .book(attempt?.attemptId ?? '')
        .reduce((sum, { captured, refunded }) => sum + captured - refunded, 0);
    },
  };
}

export async function orderAtToss() {
  const server = await tossServer();
  const { ports } = await embeddedInMemory.start();
  const account = { secretKey: server.secretKey, origin: server.origin, answerMillis: ANSWER_MILLIS };
  const provider = tossPaymentProvider({ ...account, references: ports.paymentReferences });
  const running = await saleInMemory({ paymentProvider: () => provider });
  const order = await orderOf(running, 'KRW');
  const { reference, amount } = await order.current();
  const method = server.window({ orderId: reference, amount: amount / 100, currency: 'KRW' });
  const keys = [method];
  const reader = tossNotices({ ...account, references: ports.paymentReferences });
  return {
    ...order,
    server,
    running,
    provider,
    references: ports.paymentReferences,
    notices: noticesOf(running, [reader], ports),
    method,
    methodOf(course: Course) {
      const wanted = { orderId: reference, amount: amount / 100, currency: 'KRW' };
      const key = server.window({ ...wanted, isCardGood: course === 'well' });
      keys.push(key);
      return key;
    },
    goWrong: (call: ProviderCall, ...mishaps: Mishap[]) => server.failNext(TOSS_PATHS[call], ...mishaps),
    theirBook: () =>
      summed(
        keys.map((key) => {
          const { confirmations, captured, refunded } = server.book(key);
          return { captures: confirmations, captured: captured * 100, refunded: refunded * 100 };
        }),
      ),
    deliveries: (): Delivery[] =>
      server.events.map(({ body }) => ({
        body: Buffer.from(body),
        headers: {
          'tosspayments-webhook-transmission-time': new Date(running.clock.now()).toISOString(),
        },
      })),
    captured: async () => {
      const { captured, refunded } = server.book(method);
      return (captured - refunded) * 100;
    },
  };
}

/** The same with the mock, which sends no notices. */
export async function orderAtMock() {
  const { ports } = await embeddedInMemory.start();
  const under = await mock.start();
  const asked = new Set<string>();
  const provider: PaymentProvider = {
    ...under.provider,
    authorize(charge) {
      asked.add(charge.attemptId);
      return under.provider.authorize(charge);
    },
  };
  const running = await saleInMemory({ paymentProvider: () => provider });
  const order = await orderOf(running, 'USD');
  return {
    ...order,
    running,
    provider,
    references: ports.paymentReferences,
    server: undefined,
    notices: undefined,
    methodOf: (course: Course) => MOCK_METHODS[course],
    goWrong(call: ProviderCall, ...mishaps: Mishap[]) {
      // Whatever it is asked, it finds in memory.
      if (call !== 'find') for (const mishap of mishaps) under.goWrong(call, mishap);
    },
    theirBook: () => summed([...asked].map((attemptId) => under.theirBook({ attemptId } as ProviderCharge))),
    deliveries: (): Delivery[] => [],
  };
}

function summed(charges: readonly TheirBook[]): TheirBook {
  const none = { captures: 0, captured: 0, refunded: 0 };
  return charges.reduce(
    (sum, { captures, captured, refunded }) => ({
      captures: sum.captures + captures,
      captured: sum.captured + captured,
      refunded: sum.refunded + refunded,
    }),
    none,
  );
}

type InMemory = Awaited<ReturnType<typeof saleInMemory>>;

function noticesOf(
  running: InMemory,
  readers: ConstructorParameters<typeof PaymentNotices>[0]['readers'],
  ports: Awaited<ReturnType<typeof embeddedInMemory.start>>['ports'],
): PaymentNotices {
  return new PaymentNotices({
    readers,
    references: ports.paymentReferences,
    log: ports.paymentNotices,
    orders: { paymentNews: (orderId) => running.sale.orders.paymentNews(orderId) },
    clock: running.clock,
  });
}

/** A pending order of ann for one seat. */
async function orderOf(running: InMemory, currency: string) {
  const { eventId, seatIds } = await running.openEvent(2, currency);
  const wanted = seatIds.slice(0, 1);
  const ann = { userId: 'ann', sessionId: null, admission: OPEN_ADMISSION, key: undefined };
  granted(await running.sale.reservations.hold(eventId, wanted, ann));
  const { orderId } = granted(await running.sale.orders.create(eventId, wanted, 'ann', undefined));
  const { orders } = running.sale;
  return {
    orderId,
    pay: (paymentId: string) => orders.confirmPayment(orderId, 'ann', paymentId, undefined),
    cancel: () => orders.cancel(orderId, 'ann', null, undefined),
    refundPart: (refundId: string, amount: number) =>
      orders.refundPart(orderId, { refundId, amount, reason: null }, undefined),
    /** Somebody else takes the seat, which must be free. */
    holdForBen: async () => {
      const ben = { ...ann, userId: 'ben' };
      granted(await running.sale.reservations.hold(eventId, wanted, ben));
    },
    /** The same if he can have it. */
    tryAsBen: () => running.sale.reservations.hold(eventId, wanted, { ...ann, userId: 'ben' }),
    current: async () => granted(await orders.order(orderId, 'ann')),
    counts: () => running.sale.seatStore.counts(eventId),
  };
}
