import { afterEach, expect, it } from 'vitest';
import { type Config, readConfig } from '../../../src/config.ts';
import { HOUR } from '../../../src/core/clock.ts';
import { isRefusal } from '../../../src/core/refusal.ts';
import { compareBooks, hasProvider } from '../../../src/proof/verify/provider-book.ts';
import { type StripeServer, stripeServer } from '../../backends/provider-servers/stripe.ts';
import { saleInMemory } from '../../backends/sale-in-memory.ts';

let stripe: StripeServer | undefined;
afterEach(async () => {
  await stripe?.stop();
  stripe = undefined;
});

function configOf(env: Record<string, string>): Config {
  const read = readConfig(env);
  if ('errors' in read) throw new Error(read.errors.join('\n'));
  return read.config;
}

/** A seat sold and paid for at Stripe, and an audit of its books an hour later. */
async function sold() {
  const server = await stripeServer();
  stripe = server;
  const env = {
    PAYMENT_PROVIDER: 'stripe',
    STRIPE_SECRET_KEY: server.secretKey,
    STRIPE_ORIGIN: `http://127.0.0.1:${server.port}`,
  };
  const running = await saleInMemory({ env });
  const { sale, clock, database } = running;
  const { eventId, seatIds } = await running.openEvent(1);
  const claimant = { userId: 'ann', sessionId: null, admission: { kind: 'open' } as const, key: undefined };
  await sale.reservations.hold(eventId, seatIds, claimant);
  const order = await sale.orders.create(eventId, seatIds, 'ann', undefined);
  if (isRefusal(order)) throw new Error(order.refused);
  const paid = await sale.orders.confirmPayment(order.orderId, 'ann', 'pm_card_visa', undefined);
  expect(paid).toMatchObject({ state: 'CONFIRMED' });
  const compare = () => compareBooks(configOf(env), database, { hours: 24, now: clock.now() + HOUR });
  return { database, compare, orderId: order.orderId };
}

it('finds nothing where the provider’s book says what the house’s says', async () => {
  const { compare } = await sold();
  expect(await compare()).toEqual([]);
});

it('finds money that the house’s book does not know', async () => {
  const { compare, database, orderId } = await sold();
  await database.transaction(async (transaction) => {
    await transaction.change('DELETE FROM money_entry WHERE order_id = ?', [orderId]);
  });
  const findings = await compare();
  expect(findings[0]).toMatchObject({ invariant: 25 });
  expect(findings.map(({ sentence }) => sentence).join()).toContain(
    'the provider has taken 10000 and given 0 back, our book says 0 and 0',
  );
});

it('has nobody to ask where the provider is the mock', () => {
  expect(hasProvider(configOf({}))).toBe(false);
});
