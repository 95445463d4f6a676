import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DUTIES, ROLES, type Role } from '../../../src/roles.ts';
import { stopServers } from '../../backends/on-servers.ts';
import { type OtlpReceiver, otlpReceiver } from '../../backends/otlp-receiver.ts';
import { type StripeServer, stripeServer } from '../../backends/provider-servers/stripe.ts';
import { bodyOf, type Client, expectRefusal } from '../client.ts';
import { eventually } from '../eventually.ts';
import { expositionOf } from '../exposition.ts';
import { failedStart } from '../program.ts';
import { openSale } from '../sale.ts';
import { type Bought, bought } from './insistent-buyers.ts';
import { expectOneTrace } from './one-trace.ts';
import { heardOfSale, INTERNAL_TOKEN, type Parts, startParts } from './parts.ts';
import { describeOnNodes, SHARED } from './site.ts';

const APART: readonly Role[] = [
  'catalog',
  'reservation',
  'order',
  'payment',
  'waiting-room',
  'ticket',
  'worker',
];
const ORDERS = 1_000;
const AT_ONCE = 16;
const HALFWAY = `SELECT order_id, state FROM orders WHERE state NOT IN ('CONFIRMED', 'CANCELLED', 'FAILED')`;

describeOnNodes('postgres')('seven roles, each a process of its own', () => {
  let collector: OtlpReceiver;
  let stripe: StripeServer;
  let parts: Parts;
  beforeAll(async () => {
    collector = await otlpReceiver();
    stripe = await stripeServer();
    parts = await startParts(APART, {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      PAYMENT_PROVIDER: 'stripe',
      STRIPE_SECRET_KEY: stripe.secretKey,
      STRIPE_ORIGIN: `http://127.0.0.1:${stripe.port}`,
    });
  });
  beforeEach(() => parts.recover());
  afterAll(async () => {
    await parts?.stop();
    await stripe?.stop();
    await collector?.stop();
    await stopServers();
  });

  const organiser = (): Client => parts.at('catalog').with({ 'x-token': SHARED.ADMIN_TOKEN });

  /** A hall on sale, of which every part knows. Nobody's hold lapses while a part is away, however long its start takes. */
  async function onSale(hall: { rows: number; seatsInRow: number }) {
    const sale = await openSale(organiser(), { ...hall, event: { hold_seconds: 600 } });
    await heardOfSale(parts, sale.eventId);
    return sale;
  }

  async function everythingEnded() {
    await eventually(
      () => parts.query(HALFWAY),
      (orders) => orders.length === 0,
      { seconds: 90 },
    );
  }

  it('says which role it is, alive and ready', async () => {
    for (const role of APART) {
      const health = await parts.at(role).get('/health');
      expect(bodyOf(health)).toMatchObject({ roles: [role], backends: { ledger: 'up', redis: 'up' } });
      expect((await parts.at(role).get('/ready')).status).toBe(200);
    }
  });

  it('answers what it is asked for, and nothing else', async () => {
    const paths: [Role, string][] = [
      ['catalog', '/api/v1/events'],
      ['order', '/api/v1/bookings'],
      ['ticket', '/api/v1/tickets'],
    ];
    for (const [role, path] of paths)
      for (const part of APART) {
        const { status } = await parts.at(part).as('ann').get(path);
        expect({ path, part, found: status !== 404 }).toEqual({ path, part, found: part === role });
      }
  });

  it('tells its figures by the names of docs/metrics.md, whatever it does', async () => {
    const described = [...readFileSync('docs/metrics.md', 'utf8').matchAll(/^\| `(\w+)/gm)].map(
      ([, name]) => name,
    );
    for (const role of APART) {
      const { text } = await parts.at(role).with({ 'x-token': SHARED.ADMIN_TOKEN }).get('/metrics');
      const { names, value } = expositionOf(text);
      const ours = [...names].filter((name) => !/^(nodejs|process)_/.test(name));
      expect(ours.sort(), role).toEqual(described.sort());
      for (const backend of ['ledger', 'redis']) expect(value('backend_up', { backend }), role).toBe(1);
    }
  });

  it('sells a seat over four ports, in one trace from the request to the last consumer', async () => {
    const { eventId, seatIds } = await onSale({ rows: 1, seatsInRow: 2 });
    const wish = { buyer: 'ann', eventId, seatIds, paymentId: 'pm_card_visa' };
    await expectOneTrace({ parts, collector }, { ...wish, provider: 'stripe' });
  });

  it('asks the payment role only with the token', async () => {
    const path = '/internal/payments/authorize';
    for (const headers of [{}, { 'x-internal-token': 'x'.repeat(INTERNAL_TOKEN.length) }]) {
      const answer = await parts.at('payment').post(path, { charge: {} }, headers as Record<string, string>);
      expectRefusal(answer, { status: 401, code: 'IDENTITY_REQUIRED' });
    }
    const known = { 'x-internal-token': INTERNAL_TOKEN };
    const pace = await parts.at('payment').get('/internal/payments/pace', known);
    expect(bodyOf(pace)).toEqual({ pace: 1, breaker: 'closed' });
  });

  it('ends every order when each role is killed in the middle, with books that balance', async () => {
    const { eventId, seatIds } = await onSale({ rows: 40, seatsInRow: 25 });
    const told: Bought[] = [];
    const buyers = Array.from({ length: ORDERS }, (_, index) => ({
      buyer: `buyer-${index}`,
      eventId,
      seatIds: [seatIds[index] as number],
      paymentId: index % 10 === 9 ? 'pm_card_chargeDeclined' : 'pm_card_visa',
    }));
    let next = 0;
    const lane = async () => {
      for (let wish = buyers[next++]; wish; wish = buyers[next++]) told.push(await bought(parts.at, wish));
    };
    const shopping = Promise.all(Array.from({ length: AT_ONCE }, lane));
    for (const [turn, role] of APART.entries()) {
      const wanted = Math.floor((ORDERS * (turn + 1)) / (APART.length + 2));
      await eventually(
        () => told.length,
        (count) => count >= wanted,
        { seconds: 120 },
      );
      await parts.of(role).kill();
      await parts.of(role).start();
    }
    await shopping;
    await everythingEnded();

    const ends = await parts.query<{ order_id: number; state: string }>(
      'SELECT order_id, state FROM orders WHERE event_id = ?',
      [eventId],
    );
    const stateOf = new Map(ends.map(({ order_id, state }) => [order_id, state]));
    for (const { bookingId, end } of told)
      if (bookingId !== undefined && end === 'CONFIRMED') expect(stateOf.get(bookingId)).toBe('CONFIRMED');
    expect(ends.filter(({ state }) => state === 'CONFIRMED').length).toBeGreaterThan(ORDERS / 2);
    expect(await chargedWithoutSeat(eventId)).toEqual([]);
    // Claims whose order's first row was never written, and of which nobody was told, are freed within a minute.
    await eventually(
      () => parts.query(ABANDONED),
      (claims) => claims.length === 0,
      { seconds: 80 },
    );
    expect((await parts.verified()).findings).toEqual([]);
    const tickets = () =>
      parts.query<{ owed: number }>(TICKETS_OWED, [eventId]).then((rows) => Number(rows[0]?.owed));
    await eventually(tickets, 0);
  }, 600_000);

  /** What Stripe's own book says, order by order: money is there exactly for the confirmed ones. */
  async function chargedWithoutSeat(eventId: number): Promise<string[]> {
    const rows = await parts.query<{ order_id: number; state: string; attempt_json: string | null }>(
      'SELECT order_id, state, attempt_json FROM orders WHERE event_id = ?',
      [eventId],
    );
    return rows.flatMap(({ order_id, state, attempt_json }) => {
      const attemptId =
        attempt_json === null ? '' : (JSON.parse(attempt_json) as { attemptId: string }).attemptId;
      const charges = stripe.book(attemptId);
      const kept = charges.reduce((sum, { captured, refunded }) => sum + captured - refunded, 0);
      const isRight = state === 'CONFIRMED' ? charges.length === 1 && kept > 0 : kept === 0;
      return isRight
        ? []
        : [`order ${order_id} is ${state}, and Stripe keeps ${kept} of ${charges.length} charges`];
    });
  }

  it('loses no request when a role is stopped under load', async () => {
    const { eventId, seatIds } = await onSale({ rows: 10, seatsInRow: 12 });
    let next = 0;
    const told: Bought[] = [];
    const lane = async () => {
      for (let index = next++; index < seatIds.length; index = next++) {
        const seat = [seatIds[index] as number];
        const wish = { buyer: `calm-${index}`, eventId, seatIds: seat, paymentId: 'pm_card_visa' };
        told.push(await bought(parts.at, wish));
      }
    };
    const shopping = Promise.all(Array.from({ length: AT_ONCE }, lane));
    for (const [turn, role] of (['reservation', 'order', 'payment'] as const).entries()) {
      await eventually(
        () => told.length,
        (count) => count >= 20 * (turn + 1),
      );
      // Rejects when it does not end well.
      await parts.of(role).stop();
      await parts.of(role).start();
    }
    await shopping;
    await everythingEnded();
    expect(told.filter(({ end }) => end !== 'CONFIRMED')).toEqual([]);
    expect(await chargedWithoutSeat(eventId)).toEqual([]);
    expect((await parts.verified()).findings).toEqual([]);
  });
});

const ABANDONED = `SELECT hold_id FROM hold WHERE state = 'PAYING'
  AND NOT EXISTS (SELECT 1 FROM orders WHERE orders.order_id = hold.order_id)`;

const TICKETS_OWED = `SELECT count(*) AS owed FROM orders WHERE event_id = ? AND state = 'CONFIRMED'
  AND NOT EXISTS (SELECT 1 FROM ticket WHERE ticket.order_id = orders.order_id AND ticket.state = 'VALID')`;

describe('a part of the program refuses to start', () => {
  it('without what all parts share', async () => {
    const { code, output } = await failedStart({ env: { ROLES: 'order' } });
    expect(code).toBe(2);
    expect(output).toContain('set REDIS_URL and DATABASE_URL, or leave ROLES unset');
    expect(output).toContain('roles that run apart need the same INTERNAL_TOKEN');
  });

  it('with a role that there is not', async () => {
    const { code, output } = await failedStart({ env: { ROLES: 'order,cashier' } });
    expect(code).toBe(2);
    expect(output).toContain(`ROLES must be some of ${ROLES.join(', ')}, not "order,cashier"`);
  });

  it('with a token that can be guessed', async () => {
    const { output } = await failedStart({ env: { INTERNAL_TOKEN: 'short' } });
    expect(output).toContain('INTERNAL_TOKEN must have 32 characters or more');
  });
});

it('each role has a port of its own; those of seed 003 have the seed’s', () => {
  const ports = ROLES.map((role) => DUTIES[role].port);
  expect(ports.slice(0, 4)).toEqual([8080, 8081, 8082, 8083]);
  expect(new Set(ports).size).toBe(ROLES.length);
});
