import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { block } from './block.ts';
import { type TestServer, testServer } from './kit.ts';

const SAMPLE_MILLIS = 500;
let server: TestServer;
afterEach(() => server.app.close());

async function overloaded(env: Record<string, string>) {
  server = await testServer(env);
  server.app.get('/anything', () => ({ ok: true }));
  // What was late while the server was made does not count.
  server.clock.advance(SAMPLE_MILLIS);
  for (let sample = 0; sample < 2; sample++) {
    for (let round = 0; round < 3; round++) {
      block(150);
      await delay(1);
    }
    server.clock.advance(SAMPLE_MILLIS);
  }
  return server.app;
}

it('one stall alone turns nobody away', async () => {
  server = await testServer({ SHED_DELAY_MS: '1000' });
  server.app.get('/anything', () => ({ ok: true }));
  await delay(100);
  server.clock.advance(SAMPLE_MILLIS);
  block(1_300);
  await delay(1);
  server.clock.advance(SAMPLE_MILLIS);
  expect((await server.app.inject('/anything')).statusCode).toBe(200);
});

it('while the loop is late, requests are told to come back, and operators are still served', async () => {
  const app = await overloaded({ SHED_DELAY_MS: '50' });
  const refused = await app.inject('/anything');
  expect(refused.statusCode).toBe(503);
  expect(refused.json()).toMatchObject({ code: 'BUSY' });
  expect(refused.json()).not.toHaveProperty('indefinite');
  expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1);
  expect((await app.inject('/health')).statusCode).toBe(503);
  expect((await app.inject('/metrics')).statusCode).toBe(401);
  expect((await app.inject('/openapi.json')).statusCode).toBe(200);
});

it('once the loop is in time again, everybody is served', async () => {
  const app = await overloaded({ SHED_DELAY_MS: '50' });
  expect((await app.inject('/anything')).statusCode).toBe(503);
  for (let tries = 0; tries < 50 && app.kit.shedding.overloaded; tries++) {
    await delay(100);
    server.clock.advance(SAMPLE_MILLIS);
  }
  expect((await app.inject('/anything')).statusCode).toBe(200);
  expect((await app.inject('/health')).statusCode).toBe(200);
});

it('with SHED_DELAY_MS=0 nobody is ever told so', async () => {
  const app = await overloaded({ SHED_DELAY_MS: '0' });
  expect((await app.inject('/anything')).statusCode).toBe(200);
});
