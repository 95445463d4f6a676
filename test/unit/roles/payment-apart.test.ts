import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { httpPayments } from '../../../src/adapters/http-client/payments.ts';
import { roleClient } from '../../../src/adapters/http-client/role-client.ts';
import { mockPaymentProvider } from '../../../src/adapters/payment-providers/mock.ts';
import { sqlPaymentStore } from '../../../src/adapters/sql/payments/payment-store.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { hashText } from '../../../src/adapters/system/hash-text.ts';
import { drainServer } from '../../../src/http/drain.ts';
import { internalPort } from '../../../src/http/internal.ts';
import type { Charge } from '../../../src/order/ports/payments.ts';
import { internalPaymentRoutes } from '../../../src/payment/internal-routes.ts';
import { PaymentService } from '../../../src/payment/service.ts';
import { dice } from '../../backends/dice.ts';
import { saleInMemory } from '../../backends/sale-in-memory.ts';
import { listen, testServer } from '../http/kit.ts';

const TOKEN = 'what-roles-show-each-other-in-this-test';
const closings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (let last = closings.pop(); last; last = closings.pop()) await last();
});

const CHARGE: Charge = {
  attemptId: 'attempt-1',
  orderId: 1,
  eventId: 2,
  reference: 'BK-1',
  paymentId: 'pay_1',
  amount: 100_00,
  currency: 'USD',
};

/** The payment role behind real HTTP, and how another role asks it. */
async function apart({ token = TOKEN, env = {} }: { token?: string; env?: Record<string, string> } = {}) {
  const clock = systemClock();
  const { database } = await saleInMemory();
  const provider = mockPaymentProvider({
    clock,
    random: dice(5),
    failureRate: 0,
    delayMillis: { minMillis: 0, maxMillis: 0 },
  });
  const store = sqlPaymentStore(database);
  const payments = new PaymentService({
    provider,
    store,
    clock,
    hash: hashText,
    patienceMillis: 5_000,
  });
  const { app } = await testServer({ INTERNAL_TOKEN: TOKEN, ...env });
  internalPaymentRoutes(app, { payments, health: { pace: () => 0.5, breaker: () => 'half_open' } });
  const url = `http://127.0.0.1:${await listen(app)}`;
  closings.push(() => app.close());
  return { url, app, payments, steps: stepsAt(url, token) };
}

function stepsAt(url: string, token = TOKEN) {
  const client = roleClient({ url, token, clock: systemClock(), random: dice(6) });
  closings.push(() => client.close());
  return httpPayments(client);
}

it('a payment in another process goes like one in this', async () => {
  const { steps } = await apart();
  expect(await steps.lookUp(CHARGE)).toBe('none');
  expect(await steps.authorize(CHARGE)).toBe('authorized');
  expect(await steps.captureAlong(CHARGE, 'empty')).toEqual({ along: undefined });
  expect(await steps.refundPart(CHARGE, { refundId: 'r1', amount: 40_00 })).toBe('done');
  expect(await steps.refundPart(CHARGE, { refundId: 'r2', amount: 90_00 })).toMatchObject({
    refused: 'REFUND_TOO_LARGE',
  });
  expect(await steps.refund(CHARGE)).toBe('done');
  expect(await steps.void({ ...CHARGE, attemptId: 'attempt-2', orderId: 2 })).toBe('done');
});

it('a step asked for twice has one effect', async () => {
  const { steps } = await apart();
  for (let time = 0; time < 2; time++) {
    expect(await steps.authorize(CHARGE)).toBe('authorized');
    expect(await steps.captureAlong(CHARGE, 'empty')).toEqual({ along: undefined });
    expect(await steps.refundPart(CHARGE, { refundId: 'r1', amount: 60_00 })).toBe('done');
  }
  expect(await steps.refundPart(CHARGE, { refundId: 'r2', amount: 40_00 })).toBe('done');
});

it('a role that was not reached did nothing: the buyer may pay again', async () => {
  const { url } = await apart();
  await closings.shift()?.();
  const steps = stepsAt(url);
  expect(await steps.authorize(CHARGE)).toBe('unavailable');
  expect(await steps.captureAlong(CHARGE, 'empty')).toBe('unknown');
  expect(await steps.lookUp(CHARGE)).toBe('unknown');
});

it('a role that broke off may have done it: nobody knows', async () => {
  const server = createServer((_request, response) => response.destroy());
  expect(await stepsAt(await urlOf(server)).authorize(CHARGE)).toBe('unknown');
});

it.each([
  [500, 'unknown'],
  [503, 'unavailable'],
  [401, 'unavailable'],
  [404, 'unavailable'],
])('of a role that answers %i the order hears: %s', async (status, told) => {
  const server = createServer((_request, response) => response.writeHead(status).end('{}'));
  expect(await stepsAt(await urlOf(server)).authorize(CHARGE)).toBe(told);
});

it('a role that comes back within a moment was never away', async () => {
  const { url: real } = await apart();
  let refusals = 2;
  const server = createServer(async (request, response) => {
    if (refusals-- > 0) return void response.writeHead(503).end('{}');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const headers = { 'content-type': 'application/json', 'x-internal-token': TOKEN };
    const answer = await fetch(`${real}${request.url}`, {
      method: 'POST',
      headers,
      body: Buffer.concat(chunks),
    });
    response.writeHead(answer.status).end(await answer.text());
  });
  expect(await stepsAt(await urlOf(server)).authorize(CHARGE)).toBe('authorized');
});

it('nobody is let in without the token', async () => {
  const { steps, payments } = await apart({ token: 'x'.repeat(TOKEN.length) });
  expect(await steps.authorize(CHARGE)).toBe('unavailable');
  expect(await payments.lookUp(CHARGE)).toBe('none');
});

it('without a token there is no such route', async () => {
  const { app } = await apart({ env: { INTERNAL_TOKEN: '' } });
  const headers = { 'x-internal-token': TOKEN };
  const answer = await app.inject({ url: '/internal/payments/pace', headers });
  expect(answer.statusCode).toBe(404);
});

it('while it is changed, the token of before lets in, too', async () => {
  const [fresh, made] = ['n'.repeat(TOKEN.length), 'x'.repeat(TOKEN.length)];
  const { url } = await apart({ env: { INTERNAL_TOKEN: fresh, INTERNAL_TOKEN_BEFORE: TOKEN } });
  for (const token of [fresh, TOKEN]) expect(await stepsAt(url, token).lookUp(CHARGE)).toBe('none');
  expect(await stepsAt(url, made).authorize(CHARGE)).toBe('unavailable');
});

it('with a port of its own there is no such route on the one that all use', async () => {
  const { app } = await apart({ env: { INTERNAL_PORT: '0' } });
  const headers = { 'x-internal-token': TOKEN };
  const answer = await app.inject({ url: '/internal/payments/pace', headers });
  expect(answer.statusCode).toBe(404);
});

it('with a port of its own it is asked there, and nothing else is', async () => {
  const { app } = await apart({ env: { INTERNAL_PORT: '0' } });
  const server = await internalPort(app, { host: '127.0.0.1', port: 0 });
  closings.push(() => drainServer(server, systemClock()));
  const inside = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await stepsAt(inside).lookUp(CHARGE)).toBe('none');
  expect(await stepsAt(inside, 'x'.repeat(TOKEN.length)).authorize(CHARGE)).toBe('unavailable');
  expect((await fetch(`${inside}/health`)).status).toBe(404);
});

async function urlOf(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closings.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
