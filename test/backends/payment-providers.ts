import { mockPaymentProvider } from '../../src/adapters/payment-providers/mock.ts';
import { stripePaymentProvider } from '../../src/adapters/payment-providers/stripe.ts';
import { tossPaymentProvider } from '../../src/adapters/payment-providers/toss.ts';
import { diceOf } from '../../src/adapters/simulated/dice.ts';
import { Life } from '../../src/adapters/simulated/life.ts';
import {
  type ProviderFate,
  SimulatedPaymentProvider,
} from '../../src/adapters/simulated/payment-provider.ts';
import { Scheduler } from '../../src/adapters/simulated/scheduler.ts';
import type { Hundredths } from '../../src/core/money.ts';
import type { PaymentProvider, ProviderCharge } from '../../src/payment/ports/payment-provider.ts';
import { dice } from './dice.ts';
import { HandClock } from './hand-clock.ts';
import { stripeServer } from './provider-servers/stripe.ts';
import { tossServer } from './provider-servers/toss.ts';
import { referencesInMemory } from './references.ts';

/** How a charge goes: as it should, or the buyer's bank says no when money is reserved, or only when it is taken. */
export type Course = 'well' | 'declined' | 'declined at capture';

/** What goes wrong with the next request that moves money: it never arrives, or it has effect and that is not said. */
export type Mishap = 'lost' | 'error' | 'silent';

/** What the provider itself has in its book of one charge. */
export interface TheirBook {
  captures: number;
  captured: Hundredths;
  refunded: Hundredths;
}

/** A provider at work, and what a test can do to it. */
export interface ProviderUnderTest {
  readonly provider: PaymentProvider;
  /** A charge of an attempt of its own that will go as wanted. */
  charge(course?: Course, amount?: Hundredths, currency?: string): ProviderCharge;
  goWrong(call: 'authorize' | 'capture' | 'void' | 'refund', mishap: Mishap): void;
  theirBook(charge: ProviderCharge): TheirBook;
  stop(): Promise<void>;
}

export interface ProviderBench {
  readonly name: string;
  readonly captures: PaymentProvider['captures'];
  start(): Promise<ProviderUnderTest>;
}

/** Names of attempts, orders and buyers' methods that nobody else uses. */
function charges(methodOf: (course: Course, draft: Omit<ProviderCharge, 'method'>) => string) {
  let made = 0;
  return (course: Course = 'well', amount: Hundredths = 100_00, currency = 'USD'): ProviderCharge => {
    const orderId = ++made;
    const draft = { attemptId: `attempt-${orderId}`, orderId, reference: `BK-${orderId}`, amount, currency };
    return { ...draft, method: methodOf(course, draft) };
  };
}

export const MOCK_METHODS: Readonly<Record<Course, string>> = {
  well: 'any',
  declined: 'mock_decline',
  'declined at capture': 'mock_decline_capture',
};
export const STRIPE_CARDS: Readonly<Record<Course, string>> = {
  well: 'pm_card_visa',
  declined: 'pm_card_chargeDeclined',
  'declined at capture': 'pm_card_captureDeclined',
};

export const mock: ProviderBench = {
  name: 'mock',
  captures: 'separately',
  async start() {
    const provider = mockPaymentProvider({
      clock: new HandClock(),
      random: dice(),
      failureRate: 0,
      delayMillis: { minMillis: 0, maxMillis: 0 },
    });
    const planned: { call: string; mishap: Mishap }[] = [];
    /** The way to the mock and back, on which things get lost. */
    const way = async <R>(call: string, ask: () => Promise<R>): Promise<R> => {
      const index = planned.findIndex((each) => each.call === call);
      const [next] = planned.splice(index, index < 0 ? 0 : 1);
      if (next?.mishap === 'lost') throw new Error('lost');
      const answer = await ask();
      if (next) throw new Error('no answer');
      return answer;
    };
    const books = new Map<string, TheirBook>();
    const look = async (charge: ProviderCharge) => {
      const { state, refunded } = await provider.find(charge);
      const captures = state === 'captured' || state === 'refunded' ? 1 : 0;
      books.set(charge.attemptId, { captures, captured: captures * charge.amount, refunded });
    };
    const watched = <R>(call: string, charge: ProviderCharge, ask: () => Promise<R>) =>
      way(call, () => ask().finally(() => look(charge)));
    return {
      provider: {
        name: provider.name,
        captures: provider.captures,
        authorize: (charge) => watched('authorize', charge, () => provider.authorize(charge)),
        capture: (charge) => watched('capture', charge, () => provider.capture(charge)),
        void: (charge) => watched('void', charge, () => provider.void(charge)),
        refund: (charge, refund) => watched('refund', charge, () => provider.refund(charge, refund)),
        find: (charge) => provider.find(charge),
      },
      charge: charges((course) => MOCK_METHODS[course]),
      goWrong: (call, mishap) => planned.push({ call, mishap }),
      theirBook: ({ attemptId }) => books.get(attemptId) ?? { captures: 0, captured: 0, refunded: 0 },
      stop: async () => undefined,
    };
  },
};

const simulated: ProviderBench = {
  name: 'simulated',
  captures: 'separately',
  async start() {
    const scheduler = new Scheduler(diceOf(1, 'order'), 0);
    const planned: { call: string; mishap: Mishap }[] = [];
    const declining = new Map<string, Course>();
    let asking: ProviderCharge | undefined;
    const outcomes = { lost: 'lost', error: 'unsaid', silent: 'silent' } as const;
    const house = new SimulatedPaymentProvider({
      scheduler,
      fateOf(call): ProviderFate {
        const index = planned.findIndex((each) => each.call === call);
        const [next] = planned.splice(index, index < 0 ? 0 : 1);
        const course = declining.get(asking?.attemptId ?? '');
        const declines =
          (call === 'authorize' && course === 'declined') ||
          (call === 'capture' && course === 'declined at capture');
        return { delayMillis: 1, outcome: next ? outcomes[next.mishap] : 'answered', declines };
      },
      outlivesCrash: () => true,
    });
    const connected = house.connect(new Life());
    /** Virtual time passes until the answer is there; one that never comes is given up. */
    const living = async <R>(charge: ProviderCharge, ask: () => Promise<R>): Promise<R> => {
      asking = charge;
      const answer = ask();
      while (scheduler.step() !== undefined);
      const patience = new Promise<never>((_, give) => setImmediate(() => give(new Error('no answer'))));
      return Promise.race([answer, patience]);
    };
    return {
      provider: {
        name: connected.name,
        captures: connected.captures,
        authorize: (charge) => living(charge, () => connected.authorize(charge)),
        capture: (charge) => living(charge, () => connected.capture(charge)),
        void: (charge) => living(charge, () => connected.void(charge)),
        refund: (charge, refund) => living(charge, () => connected.refund(charge, refund)),
        find: (charge) => living(charge, () => connected.find(charge)),
      },
      charge: charges((course, { attemptId }) => {
        declining.set(attemptId, course);
        return 'any';
      }),
      goWrong: (call, mishap) => planned.push({ call, mishap }),
      theirBook({ attemptId }) {
        const booked = house.book.get(attemptId);
        const refunded = [...(booked?.refunded.values() ?? [])].reduce((sum, amount) => sum + amount, 0);
        const captures = booked?.captures ?? 0;
        return { captures, captured: captures * (booked?.amount ?? 0), refunded };
      },
      stop: async () => undefined,
    };
  },
};

/** Long enough for a loopback server on a busy machine, short enough to wait for in a test. */
const ANSWER_MILLIS = 1_000;

const stripe: ProviderBench = {
  name: 'stripe',
  captures: 'separately',
  async start() {
    const server = await stripeServer();
    const provider = stripePaymentProvider({
      secretKey: server.secretKey,
      address: { protocol: 'http', host: '127.0.0.1', port: server.port },
      answerMillis: ANSWER_MILLIS,
      references: await referencesInMemory(),
    });
    const paths = { authorize: /confirm$/, capture: /capture$/, void: /cancel$/, refund: /POST .*refunds$/ };
    return {
      provider,
      charge: charges((course) => STRIPE_CARDS[course]),
      goWrong: (call, mishap) => server.failNext(paths[call], mishap),
      theirBook({ attemptId, currency }) {
        const [booked] = server.book(attemptId);
        const unit = currency === 'KRW' ? 100 : 1;
        return {
          captures: server.book(attemptId).reduce((sum, { captures }) => sum + captures, 0),
          captured: (booked?.captured ?? 0) * unit,
          refunded: (booked?.refunded ?? 0) * unit,
        };
      },
      stop: () => server.stop(),
    };
  },
};

const toss: ProviderBench = {
  name: 'toss',
  captures: 'at_once',
  async start() {
    const server = await tossServer();
    const provider = tossPaymentProvider({
      secretKey: server.secretKey,
      origin: server.origin,
      answerMillis: ANSWER_MILLIS,
      references: await referencesInMemory(),
    });
    const paths = { authorize: /confirm$/, capture: /never/, void: /cancel$/, refund: /cancel$/ };
    return {
      provider,
      charge: charges((course, { reference, amount, currency }) =>
        server.window({ orderId: reference, amount: amount / 100, currency, isCardGood: course === 'well' }),
      ),
      goWrong: (call, mishap) => server.failNext(paths[call], mishap),
      theirBook({ method }) {
        const { confirmations, captured, refunded } = server.book(method);
        return { captures: confirmations, captured: captured * 100, refunded: Math.round(refunded * 100) };
      },
      stop: () => server.stop(),
    };
  },
};

export const PROVIDERS: readonly ProviderBench[] = [mock, simulated, stripe, toss];
