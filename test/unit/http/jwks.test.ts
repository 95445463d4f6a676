import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { isRefusal } from '../../../src/core/refusal.ts';
import { sendRefusal } from '../../../src/http/answers/refusals.ts';
import { requirePrincipal } from '../../../src/http/identity/identity.ts';
import { type TestServer, testServer } from './kit.ts';

const MINUTE = 60_000;

/** Keys of the identity provider, each with its name. */
interface Signer {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly jwk: JWK;
}

async function signer(kid: string, alg: 'ES256' | 'RS256'): Promise<Signer> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

let first: Signer;
let second: Signer;
beforeAll(async () => {
  first = await signer('first', 'ES256');
  second = await signer('second', 'RS256');
});

/** The identity provider: publishes what the test tells it to, and counts how often it was asked. */
let published: { status: number; body: string };
let asked: number;
let provider: Server;
let server: TestServer;

beforeEach(async () => {
  // jose reads this clock to know when to fetch the keys again.
  vi.useFakeTimers({ toFake: ['Date'] });
  publish(first);
  asked = 0;
  provider = createServer((_, response) => {
    asked++;
    response.writeHead(published.status, { 'content-type': 'application/json' }).end(published.body);
  }).listen(0, '127.0.0.1');
  await once(provider, 'listening');
  const { port } = provider.address() as AddressInfo;
  server = await testServer({
    AUTH_MODE: 'jwt',
    JWKS_URL: `http://127.0.0.1:${port}/keys`,
    JWT_ISSUER: 'house',
  });
  vi.setSystemTime(server.clock.now());
  server.app.get('/me', (request, reply) => {
    const principal = requirePrincipal(request);
    return isRefusal(principal) ? sendRefusal(request, reply, principal) : { me: principal.userId };
  });
});
afterEach(async () => {
  vi.useRealTimers();
  await server.app.close();
  provider.closeAllConnections();
  if (provider.listening) await new Promise((resolve) => provider.close(resolve));
});

function publish(...signers: Signer[]): void {
  published = { status: 200, body: JSON.stringify({ keys: signers.map(({ jwk }) => jwk) }) };
}

function later(millis: number): void {
  server.clock.advance(millis);
  vi.setSystemTime(server.clock.now());
}

function token(by: Signer, claims: { sub?: string; kid?: string; iss?: string } = {}): Promise<string> {
  const { sub = 'ann', kid = by.kid, iss = 'house' } = claims;
  return new SignJWT({ sub, iss, exp: Math.floor(server.clock.now() / 1000) + 3_600 })
    .setProtectedHeader({ alg: by.jwk.alg as string, kid })
    .sign(by.privateKey);
}

const me = async (bearer: string | Promise<string>) => {
  const answer = await server.app.inject({
    url: '/me',
    headers: { authorization: `Bearer ${await bearer}` },
  });
  return answer.statusCode === 200 ? answer.json().me : answer.json().code;
};

it('a token signed with a published key is believed, and the keys are fetched once for all', async () => {
  expect(await me(token(first))).toBe('ann');
  expect(await me(token(first, { sub: 'ben' }))).toBe('ben');
  expect(asked).toBe(1);
});

it('a new key is believed as soon as it is published', async () => {
  expect(await me(token(first))).toBe('ann');
  publish(first, second);
  later(6_000);
  expect(await me(token(second, { sub: 'ben' }))).toBe('ben');
  expect(await me(token(first, { sub: 'eve' }))).toBe('eve');
  expect(asked).toBe(2);
});

it('a withdrawn key is no longer believed after five minutes, not even for a token known before', async () => {
  const old = await token(first);
  expect(await me(old)).toBe('ann');
  publish(second);
  later(5 * MINUTE + 1_000);
  expect(await me(old)).toBe('IDENTITY_REQUIRED');
  expect(await me(token(first, { sub: 'ben' }))).toBe('IDENTITY_REQUIRED');
  expect(await me(token(second))).toBe('ann');
});

it('what is not signed with a published key is refused', async () => {
  const stranger = await signer('first', 'ES256');
  expect(await me(token(stranger))).toBe('IDENTITY_REQUIRED');
  expect(await me(token(second))).toBe('IDENTITY_REQUIRED');
  expect(await me(token(first, { iss: 'elsewhere' }))).toBe('IDENTITY_REQUIRED');
  // The public key, which everybody has, passed off as the secret of HS256.
  const secret = new TextEncoder().encode(await exportSPKI(first.publicKey));
  const forged = new SignJWT({ sub: 'ann', iss: 'house' }).setProtectedHeader({ alg: 'HS256', kid: 'first' });
  expect(await me(forged.sign(secret))).toBe('IDENTITY_REQUIRED');
});

it('made-up key names do not become a stream of requests to the identity provider', async () => {
  expect(await me(token(first))).toBe('ann');
  for (let n = 0; n < 20; n++)
    expect(await me(token(second, { kid: `made up ${n}` }))).toBe('IDENTITY_REQUIRED');
  expect(asked).toBe(1);
});

it.each([
  ['fails', { status: 500, body: '' }],
  ['speaks no JSON', { status: 200, body: '<html>' }],
  ['has no keys to show', { status: 200, body: '{"message":"maintenance"}' }],
])('while the identity provider %s, a token is neither believed nor refused', async (_, answer) => {
  const sound = { ...published };
  published = answer;
  const bearer = await token(first);
  const refused = await server.app.inject({ url: '/me', headers: { authorization: `Bearer ${bearer}` } });
  expect(refused.statusCode).toBe(503);
  expect(refused.json().code).toBe('UNAVAILABLE');
  expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1);
  published = sound;
  later(2_000);
  expect(await me(bearer)).toBe('ann');
});

it('an identity provider in trouble is not asked once for every token', async () => {
  published = { status: 500, body: '' };
  for (let n = 0; n < 20; n++) expect(await me(token(first, { sub: `buyer ${n}` }))).toBe('UNAVAILABLE');
  expect(asked).toBe(1);
  later(2_000);
  expect(await me(token(first))).toBe('UNAVAILABLE');
  expect(asked).toBe(2);
});

it('while the identity provider is away, newcomers with a key of before are believed, an unknown key must wait', async () => {
  expect(await me(token(first))).toBe('ann');
  provider.closeAllConnections();
  await new Promise((resolve) => provider.close(resolve));
  later(MINUTE);
  expect(await me(token(first, { sub: 'ben' }))).toBe('ben');
  expect(await me(token(second, { sub: 'eve' }))).toBe('UNAVAILABLE');
});

it('while the identity provider is away, who was known is still known', async () => {
  const bearer = await token(first);
  expect(await me(bearer)).toBe('ann');
  provider.closeAllConnections();
  await new Promise((resolve) => provider.close(resolve));
  later(MINUTE);
  expect(await me(bearer)).toBe('ann');
  later(5 * MINUTE);
  expect(await me(bearer)).toBe('UNAVAILABLE');
});
