import { describe, expect, it, vi } from 'vitest';
import { sqlOutbox } from '../../src/adapters/sql/messages/outbox.ts';
import { sqlPaymentStore } from '../../src/adapters/sql/payments/payment-store.ts';
import { hashText } from '../../src/adapters/system/hash-text.ts';
import { MINUTE } from '../../src/core/clock.ts';
import { relayOutbox } from '../../src/core/relay.ts';
import { type Finding, reconcile } from '../../src/payment/reconcile.ts';
import { audit } from '../../src/proof/verify/audit.ts';
import { dice } from '../backends/dice.ts';
import { type Delivery, orderAtMock, orderAtStripe, orderAtToss } from '../backends/order-at-provider.ts';
import type { Mishap } from '../backends/payment-providers.ts';

const PROVIDERS = { mock: orderAtMock, stripe: orderAtStripe, toss: orderAtToss } as const;
type ProviderName = keyof typeof PROVIDERS;
// Side by side they wait for what is silent; a busy machine takes its time.
vi.setConfig({ maxConcurrency: 10 });

type At = Awaited<ReturnType<(typeof PROVIDERS)[ProviderName]>>;

type End = 'CONFIRMED' | 'CANCELLED' | 'FAILED';

/** How a purchase goes, and where it must end whatever is told when. */
interface Behaviour {
  name: string;
  /** Where it is not possible, and why. */
  notAt?: Partial<Record<ProviderName, string>>;
  /** Each step is what the buyer, the provider or time does; callbacks come after each, and while one is answered. */
  steps: readonly ((at: At) => unknown)[];
  /** Of two, what comes first decides: the callback or the other buyer. */
  end: End | readonly End[];
  /** Of a confirmed order, how much went back. */
  partsBack?: number;
}

const pays = (at: At) => at.pay(at.methodOf('well'));
const cancels = (at: At) => at.cancel();
const seatGoes = async (at: At) => {
  at.running.clock.advance(11 * MINUTE);
  await at.running.sale.seatStore.expireDue();
};
/** Our money-moving request goes wrong, and so does the question after it, so that we are left in the dark. */
const goesWrong = (call: 'authorize' | 'capture' | 'refund', mishap: Mishap) => (at: At) => {
  at.goWrong(call, mishap);
  if (mishap === 'silent' && at.provider.name === 'toss' && call === 'authorize')
    at.goWrong('find', 'silent');
};
const AT_ONCE = { toss: 'takes money at once' };
const MISHAPS = { lost: 'is lost', error: 'is answered with a 500', silent: 'is not answered' } as const;
const eachMishap = <R>(make: (mishap: Mishap, how: string) => R) =>
  Object.entries(MISHAPS).map(([mishap, how]) => make(mishap as Mishap, how));

const BEHAVIOURS: readonly Behaviour[] = [
  { name: 'approved', steps: [pays], end: 'CONFIRMED' },
  { name: 'declined', steps: [(at) => at.pay(at.methodOf('declined'))], end: 'FAILED' },
  {
    name: 'declined, then another card',
    steps: [(at) => at.pay(at.methodOf('declined')), pays],
    end: 'CONFIRMED',
  },
  {
    name: 'declined when the money is taken',
    notAt: AT_ONCE,
    steps: [(at) => at.pay(at.methodOf('declined at capture'))],
    end: 'FAILED',
  },
  ...eachMishap(
    (mishap, how): Behaviour => ({
      name: `the request to pay ${how}`,
      steps: [goesWrong('authorize', mishap), pays],
      end: 'CONFIRMED',
    }),
  ),
  ...eachMishap(
    (mishap, how): Behaviour => ({
      name: `the request to take the money ${how}`,
      notAt: AT_ONCE,
      steps: [goesWrong('capture', mishap), pays],
      end: 'CONFIRMED',
    }),
  ),
  {
    name: 'paid late, and the seat is still there',
    steps: [goesWrong('authorize', 'silent'), pays, seatGoes],
    end: 'CONFIRMED',
  },
  {
    name: 'paid late, and the seat is somebody else’s',
    steps: [goesWrong('authorize', 'silent'), pays, seatGoes, (at) => at.tryAsBen()],
    end: ['CONFIRMED', 'FAILED'],
  },
  {
    name: 'not heard by the provider until it is too late',
    steps: [(at) => at.goWrong('authorize', ...Array<Mishap>(6).fill('lost')), pays, seatGoes],
    end: 'FAILED',
  },
  {
    name: 'paid twice at once, with two cards',
    steps: [(at) => Promise.all([pays(at), pays(at)])],
    end: 'CONFIRMED',
  },
  { name: 'cancelled', steps: [pays, cancels], end: 'CANCELLED' },
  {
    name: 'cancelled twice at once',
    steps: [pays, (at) => Promise.all([at.cancel(), at.cancel()])],
    end: 'CANCELLED',
  },
  ...eachMishap(
    (mishap, how): Behaviour => ({
      name: `cancelled, and the refund ${how}`,
      steps: [pays, goesWrong('refund', mishap), cancels],
      end: 'CANCELLED',
    }),
  ),
  ...eachMishap(
    (mishap, how): Behaviour => ({
      name: `refunded in part, and the refund ${how}`,
      steps: [pays, goesWrong('refund', mishap), (at) => at.refundPart('late', 25_00)],
      end: 'CONFIRMED',
      partsBack: 25_00,
    }),
  ),
  {
    name: 'refunded in part, then cancelled',
    steps: [pays, (at) => at.refundPart('late', 25_00), cancels],
    end: 'CANCELLED',
  },
];

type Order = (all: readonly Delivery[]) => readonly Delivery[];

/** Which of the callbacks there are come, and in which order; `payment-notices` draws more of them. */
const ORDERS = {
  'in their order': (all) => all,
  backwards: (all) => [...all].reverse(),
  doubled: (all) => all.flatMap((each) => [each, each]),
  'backwards, doubled': (all) => [...all].reverse().flatMap((each) => [each, each]),
  'only the last': (all) => all.slice(-1),
  shuffled: (all) => shuffled(all, 1),
} satisfies Record<string, Order>;
type OrderName = keyof typeof ORDERS;

/** When they come: while we still wait for the answer, after it, or when all is long over. */
const MOMENTS: Readonly<Record<string, readonly OrderName[]>> = {
  'before the answer': ['in their order', 'backwards, doubled'],
  'after the answer': Object.keys(ORDERS) as OrderName[],
  'long after': ['backwards, doubled'],
};
const SCHEDULES: readonly { moment: string; told: string; order: Order }[] = [
  { moment: 'at no time', told: 'nothing', order: () => [] },
  ...Object.entries(MOMENTS).flatMap(([moment, orders]) =>
    orders.map((told) => ({ moment, told, order: ORDERS[told] })),
  ),
];

describe.each(Object.keys(PROVIDERS) as ProviderName[])('callbacks of %s', (name) => {
  const possible = BEHAVIOURS.filter(({ notAt }) => notAt?.[name] === undefined);
  const schedules = name === 'mock' ? SCHEDULES.slice(0, 1) : SCHEDULES;

  describe.each(possible)('$name', ({ steps, ...wanted }) => {
    it.concurrent.each(schedules)('told $moment, $told', async ({ moment, order }) => {
      const at: At = await PROVIDERS[name]();
      try {
        const callbacks = callbacksOf(name, at, order);
        if (moment === 'before the answer') at.server?.onEffect(callbacks.begin);
        for (const step of steps) {
          await step(at);
          await callbacks.taken();
          if (moment === 'after the answer') await callbacks.all();
        }
        await quiesce(at);
        if (moment === 'long after') await callbacks.all();
        await expectAgreement(at, wanted);
      } finally {
        await at.server?.stop();
      }
    });
  });
});

/** What the provider tells, as it wants it: a callback that could not be taken comes again at another time. */
function callbacksOf(provider: string, at: At, order: Order) {
  const onTheirWay: Promise<unknown>[] = [];
  const take = ({ body, headers }: Delivery) =>
    at.notices?.take(provider, { body, header: (field) => headers[field] }).catch(() => undefined);
  return {
    begin() {
      for (const each of order(at.deliveries())) onTheirWay.push(Promise.resolve(take(each)));
    },
    async taken() {
      while (onTheirWay.length > 0) await onTheirWay.shift();
    },
    async all() {
      for (const each of order(at.deliveries())) await take(each);
    },
  };
}

/** Lets time pass until nothing is left to do. */
async function quiesce({ running }: At): Promise<void> {
  for (let minute = 0; minute < 12; minute++) {
    running.clock.advance(MINUTE);
    await running.sale.seatStore.expireDue();
    await running.sale.orders.driveDue(100);
  }
}

/** The order, its seat, our book and the provider's say the same, and `onrush verify` finds nothing. */
async function expectAgreement(at: At, { end, partsBack = 0 }: Pick<Behaviour, 'end' | 'partsBack'>) {
  const { database, clock, sale } = at.running;
  const order = await at.current();
  const isTheirs = order.state === 'CONFIRMED';
  expect([end].flat()).toContain(order.state);
  expect(order).toMatchObject({ dueAt: null, refunded: order.state === 'CANCELLED' });
  expect(await at.counts()).toMatchObject({ SOLD: isTheirs ? 1 : 0, PAYING: 0, HELD: 0 });
  const theirs = at.theirBook();
  expect(theirs.captures).toBeLessThanOrEqual(1);
  expect(theirs.captured - theirs.refunded).toBe(isTheirs ? order.amount - partsBack : 0);

  const told: unknown[] = [];
  await relayOutbox(sqlOutbox(database), {
    publish: async (messages: readonly unknown[]) => void told.push(...messages),
  } as never);
  const audited = await audit({
    read: (...asked) => database.query(...asked),
    now: () => clock.now(),
    pause: async () => undefined,
  });
  expect(audited.findings).toEqual([]);
  const differences: Finding[] = [];
  const needs = {
    store: sqlPaymentStore(database),
    provider: at.provider,
    orders: sale.orders,
    hash: hashText,
  };
  const range = { from: 0, to: clock.now() + MINUTE };
  for await (const difference of reconcile(needs, range)) differences.push(difference);
  expect(differences).toEqual([]);
}

function shuffled<T>(all: readonly T[], seed: number): T[] {
  const random = dice(seed);
  const mixed = [...all];
  for (let last = mixed.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    [mixed[last], mixed[other]] = [mixed[other] as T, mixed[last] as T];
  }
  return mixed;
}
