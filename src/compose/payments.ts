import { mockPaymentProvider } from '../adapters/payment-providers/mock.ts';
import type { MockBehaviour } from '../adapters/payment-providers/mock-behaviour.ts';
import { stripePaymentProvider } from '../adapters/payment-providers/stripe.ts';
import type { StripeAccount } from '../adapters/payment-providers/stripe-client.ts';
import { stripeNotices } from '../adapters/payment-providers/stripe-notices.ts';
import { stripeStatements } from '../adapters/payment-providers/stripe-statements.ts';
import { tossPaymentProvider } from '../adapters/payment-providers/toss.ts';
import type { TossAccount } from '../adapters/payment-providers/toss-client.ts';
import { tossNotices } from '../adapters/payment-providers/toss-notices.ts';
import type { Database } from '../adapters/sql/database.ts';
import { sqlPaymentNotices } from '../adapters/sql/payments/payment-notices.ts';
import { sqlPaymentReferences } from '../adapters/sql/payments/payment-references.ts';
import { sqlPaymentStore } from '../adapters/sql/payments/payment-store.ts';
import { hashText } from '../adapters/system/hash-text.ts';
import { type Clock, SECOND } from '../core/clock.ts';
import type { Random } from '../core/random.ts';
import type { Tracer } from '../core/tracer.ts';
import type { Payments as PaymentSteps } from '../order/ports/payments.ts';
import { PaymentNotices } from '../payment/notices.ts';
import type { ChargedOrders, PaidOrders } from '../payment/ports/paid-orders.ts';
import type { PaymentProvider } from '../payment/ports/payment-provider.ts';
import type { ProviderCalls } from '../payment/ports/provider-calls.ts';
import type { ProviderNotices } from '../payment/ports/provider-notices.ts';
import type { ProviderStatements } from '../payment/ports/provider-statements.ts';
import type { ProviderHealth } from '../payment/provider-health.ts';
import { type Finding, reconcile } from '../payment/reconcile.ts';
import { PaymentService } from '../payment/service.ts';
import { STEADY, type SteadyLimits, steadyProvider } from '../payment/steady-provider.ts';
import { tracedProvider } from './traced.ts';

/** Which provider takes the money, and how it is reached. */
export type PaymentSettings =
  | {
      provider: 'mock';
      failureRate: number;
      delay: { minMillis: number; maxMillis: number };
      behaviour?: MockBehaviour;
    }
  | { provider: 'stripe'; stripe: StripeAccount & { webhookSecret?: string } }
  | { provider: 'toss'; toss: TossAccount };

interface PaymentMachine {
  clock: Clock;
  random: Random;
  database: Database;
  settings: PaymentSettings;
  /** Instead of the one in the settings, as it is. */
  provider?: PaymentProvider;
  /** Of that one. */
  noticeReader?: ProviderNotices | undefined;
  calls?: Partial<ProviderCalls> | undefined;
  tracer?: Tracer | undefined;
}

/** What the others have of the payments, in whichever process they are. */
export interface Payments {
  service: PaymentSteps;
  health: ProviderHealth;
  /** The slice itself; undefined where it is in another process. */
  atHand: PaymentService | undefined;
  notices(orders: PaidOrders): PaymentNotices;
  /** Keeps `health` up where the payments are in another process. */
  startJobs(): (() => void)[];
}

/** The payment slice, and what it still needs of the orders that it is paid for. */
export interface PaymentsHere extends Payments {
  service: PaymentService;
  /** Compares our book with the provider's; see `payment/reconcile.ts`. */
  reconcile(orders: ChargedOrders, range: { from: number; to: number }): AsyncGenerator<Finding>;
}

interface ChosenProvider {
  provider: PaymentProvider;
  readers: ProviderNotices[];
  statements?: ProviderStatements;
  limits?: SteadyLimits;
}

/** Part of `compose`, and of what compares the books without a sale. */
export function composePayments(machine: PaymentMachine): PaymentsHere {
  const { clock, random, database } = machine;
  const store = sqlPaymentStore(database);
  const references = sqlPaymentReferences(database);
  const chosen: ChosenProvider = machine.provider
    ? { provider: machine.provider, readers: machine.noticeReader ? [machine.noticeReader] : [] }
    : chosenProvider(machine);
  const { calls, tracer } = machine;
  const asked = tracer ? tracedProvider(chosen.provider, tracer) : chosen.provider;
  const steady = steadyProvider(asked, { clock, random, limits: chosen.limits ?? STEADY, calls });
  const provider = machine.provider ?? steady;
  const service = new PaymentService({ provider, store, clock, hash: hashText, patienceMillis: 10 * SECOND });
  return {
    service,
    atHand: service,
    startJobs: () => [],
    health: steady.health,
    notices: (orders) =>
      new PaymentNotices({
        orders,
        references,
        clock,
        readers: chosen.readers,
        log: sqlPaymentNotices(database),
      }),
    reconcile: (orders, range) =>
      reconcile(
        {
          provider,
          store,
          orders,
          hash: hashText,
          ...(chosen.statements && { statements: { list: chosen.statements, references } }),
        },
        range,
      ),
  };
}

function chosenProvider({ clock, random, database, settings }: PaymentMachine): ChosenProvider {
  const references = sqlPaymentReferences(database);
  switch (settings.provider) {
    case 'mock': {
      const { failureRate, delay, behaviour } = settings;
      const options = { clock, random, failureRate, delayMillis: delay, ...(behaviour && { behaviour }) };
      // It is no further away than memory, and as slow as it is told to be: a crowd may ask at once.
      const limits = {
        ...STEADY,
        answerMillis: 10 * SECOND,
        briskMillis: Math.max(STEADY.briskMillis, 2 * delay.maxMillis),
        bulkhead: { atOnce: 20_000, waiting: 20_000, longestWaitMillis: 5 * SECOND },
      };
      return { provider: mockPaymentProvider(options), readers: [], limits };
    }
    case 'stripe': {
      const { webhookSecret, ...account } = settings.stripe;
      return {
        provider: stripePaymentProvider({ ...account, references }),
        readers: webhookSecret === undefined ? [] : [stripeNotices({ webhookSecret })],
        statements: stripeStatements(account),
      };
    }
    case 'toss':
      return {
        provider: tossPaymentProvider({ ...settings.toss, references }),
        readers: [tossNotices({ ...settings.toss, references })],
      };
  }
}
