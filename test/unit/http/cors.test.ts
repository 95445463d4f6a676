import { afterEach, describe, expect, it } from 'vitest';
import { type TestServer, testServer } from './kit.ts';

let server: TestServer;
afterEach(() => server.app.close());

const SHOP = 'https://shop.example';

async function withShop(env: Record<string, string> = { CORS_ORIGINS: SHOP }) {
  server = await testServer(env);
  server.app.delete('/things/:id', () => ({ ok: true }));
  return server.app;
}

it.each(['POST', 'PATCH', 'DELETE'])(
  'a page of a named origin may send a %s with our headers',
  async (method) => {
    const app = await withShop();
    const asked = 'content-type,x-user-id,idempotency-key,authorization';
    const answer = await app.inject({
      method: 'OPTIONS',
      url: '/things/1',
      headers: {
        origin: SHOP,
        'access-control-request-method': method,
        'access-control-request-headers': asked,
      },
    });
    expect(answer.statusCode).toBe(204);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': SHOP,
      'access-control-allow-credentials': 'true',
      'access-control-allow-headers': asked,
    });
    expect(String(answer.headers['access-control-allow-methods']).split(/,\s*/)).toContain(method);
  },
);

it('it may read answers and refusals, and the headers that it needs', async () => {
  const app = await withShop();
  const headers = { origin: SHOP };
  for (const answer of [
    await app.inject({ method: 'DELETE', url: '/things/1', headers }),
    await app.inject({ url: '/nowhere', headers }),
    await app.inject({ url: '/metrics', headers }),
  ]) {
    expect(answer.headers['access-control-allow-origin']).toBe(SHOP);
    const exposed = String(answer.headers['access-control-expose-headers']).split(/,\s*/);
    expect(exposed).toEqual(expect.arrayContaining(['Trace-Id', 'Retry-After']));
    expect(answer.headers.vary).toMatch(/origin/i);
  }
});

it.each(['https://evil.example', 'http://shop.example', 'https://shop.example.evil.example', 'null'])(
  'a page of %s may not',
  async (origin) => {
    const app = await withShop();
    const preflight = { origin, 'access-control-request-method': 'DELETE' };
    for (const answer of [
      await app.inject({ method: 'OPTIONS', url: '/things/1', headers: preflight }),
      await app.inject({ method: 'DELETE', url: '/things/1', headers: { origin } }),
    ])
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  },
);

it('without CORS_ORIGINS no page of elsewhere may', async () => {
  const app = await withShop({});
  const preflight = { origin: SHOP, 'access-control-request-method': 'DELETE' };
  const answer = await app.inject({ method: 'OPTIONS', url: '/things/1', headers: preflight });
  expect(answer.statusCode).toBe(405);
  const asked = await app.inject({ method: 'DELETE', url: '/things/1', headers: { origin: SHOP } });
  for (const { headers } of [answer, asked])
    expect(headers).not.toHaveProperty('access-control-allow-origin');
});

it('an OPTIONS that is no preflight is answered in our own words', async () => {
  const app = await withShop();
  const answer = await app.inject({ method: 'OPTIONS', url: '/things/1' });
  expect(answer.payload).not.toMatch(/Invalid Preflight/);
  expect(answer.headers['trace-id']).toMatch(/^[0-9a-f]{32}$/);
});

describe('a page of elsewhere that has a browser send what needs no leave', () => {
  const foreign = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };

  it.each(['POST', 'DELETE'] as const)('does nothing with a %s', async (method) => {
    const app = await withShop({});
    app.post('/things/:id', () => ({ ok: true }));
    const answer = await app.inject({ method, url: '/things/1', headers: foreign });
    expect([answer.statusCode, answer.json().code]).toEqual([403, 'ORIGIN_NOT_ALLOWED']);
  });

  it('does nothing from an origin that hides its name', async () => {
    const app = await withShop();
    const headers = { 'sec-fetch-site': 'cross-site', origin: 'null' };
    expect((await app.inject({ method: 'DELETE', url: '/things/1', headers })).statusCode).toBe(403);
  });

  it('may lead here', async () => {
    const app = await withShop({});
    app.get('/things/:id', () => ({ ok: true }));
    expect((await app.inject({ url: '/things/1', headers: foreign })).statusCode).toBe(200);
  });

  it.each([
    ['a page of a named origin', { 'sec-fetch-site': 'cross-site', origin: SHOP }],
    ['our own page', { 'sec-fetch-site': 'same-origin', origin: 'http://localhost' }],
    ['a program', {}],
  ])('is not %s', async (_, headers) => {
    const app = await withShop();
    expect((await app.inject({ method: 'DELETE', url: '/things/1', headers })).statusCode).toBe(200);
  });
});
