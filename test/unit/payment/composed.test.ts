import { afterEach, expect, it } from 'vitest';
import { groupCommitter } from '../../../src/adapters/sql/commits/group-committer.ts';
import { migrate } from '../../../src/adapters/sql/migrate.ts';
import { composePayments } from '../../../src/compose/payments.ts';
import type { Finding } from '../../../src/payment/reconcile.ts';
import type { Charge } from '../../../src/payment/service.ts';
import { dice } from '../../backends/dice.ts';
import { HandClock } from '../../backends/hand-clock.ts';
import { memoryConnection } from '../../backends/memory-connection.ts';
import { stripeServer } from '../../backends/provider-servers/stripe.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

const charge = (n: number, currency = 'USD'): Charge => ({
  attemptId: `a${n}`,
  orderId: n,
  eventId: 7,
  reference: `BK-${n}`,
  paymentId: 'pm_card_visa',
  amount: 100_00,
  currency,
});

/** The payment slice as compose wires it, with Stripe's protocol at the other end. */
async function given() {
  const server = await stripeServer();
  stops.push(() => server.stop());
  const connection = memoryConnection();
  await migrate(connection);
  const clock = new HandClock(Date.now());
  const payments = composePayments({
    clock,
    random: dice(),
    database: groupCommitter(connection),
    settings: {
      provider: 'stripe',
      stripe: {
        secretKey: server.secretKey,
        webhookSecret: server.webhookSecret,
        address: { protocol: 'http', host: '127.0.0.1', port: server.port },
      },
    },
  });
  const compare = async (charges: Charge[]) => {
    const orders = { chargeOf: async (orderId: number) => charges.find((each) => each.orderId === orderId) };
    const found: Finding[] = [];
    const range = { from: clock.now() - 1_000, to: clock.now() + 1_000 };
    for await (const finding of payments.reconcile(orders, range)) found.push(finding);
    return found;
  };
  return { server, payments, compare };
}

it('the books agree: in dollars and in won, in part and whole', async () => {
  const { payments, compare, server } = await given();
  const charges = [charge(1), charge(2, 'KRW'), charge(3)];
  for (const each of charges) {
    expect(await payments.service.authorize(each)).toBe('authorized');
    expect(await payments.service.capture(each)).toBe('captured');
  }
  expect(await payments.service.refundPart(charge(2, 'KRW'), { refundId: 'r', amount: 25_00 })).toBe('done');
  expect(await payments.service.refund(charge(3))).toBe('done');
  expect(server.book('a2')).toEqual([{ captures: 1, captured: 100, refunded: 25 }]);
  expect(await compare(charges)).toEqual([]);
  expect(payments.health.pace()).toBe(1);
});

it('and a charge that only Stripe knows is found', async () => {
  const { compare, server } = await given();
  const elsewhere = await given();
  expect(await elsewhere.compare([])).toEqual([]);
  const post = (path: string, body: string) =>
    fetch(`http://127.0.0.1:${server.port}${path}`, {
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${server.secretKey}` },
    });
  await post('/v1/payment_intents', 'amount=500&currency=usd&capture_method=manual');
  await post('/v1/payment_intents/pi_1/confirm', 'payment_method=pm_card_visa');
  await post('/v1/payment_intents/pi_1/capture', '');
  expect(await compare([])).toEqual([
    {
      orderId: 0,
      attemptId: '',
      flaw: 'the provider has taken 500 and given 0 back as pi_1, which our book does not know',
    },
  ]);
});
