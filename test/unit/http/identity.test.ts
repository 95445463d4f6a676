import { SignJWT } from 'jose';
import { afterEach, expect, it } from 'vitest';
import { isRefusal } from '../../../src/core/refusal.ts';
import { sendRefusal } from '../../../src/http/answers/refusals.ts';
import { commandKey } from '../../../src/http/idempotency.ts';
import { requirePrincipal } from '../../../src/http/identity/identity.ts';
import { requireOrganiser, requireOrganiserUnlessOpen } from '../../../src/http/identity/organiser.ts';
import type { HttpServer } from '../../../src/http/kit.ts';
import { ADMIN_TOKEN, type TestServer, testServer } from './kit.ts';

const SECRET = 'a secret of the tests, long enough';
let server: TestServer;
afterEach(() => server.app.close());

async function withRoutes(env: Record<string, string>): Promise<HttpServer> {
  server = await testServer(env);
  const { app } = server;
  app.get('/me', (request, reply) => {
    const principal = requirePrincipal(request);
    return isRefusal(principal) ? sendRefusal(request, reply, principal) : { me: principal.userId };
  });
  app.get('/organiser', (request, reply) => {
    const refusal = requireOrganiser(request);
    return refusal ? sendRefusal(request, reply, refusal) : { ok: true };
  });
  app.get('/v1', (request, reply) => {
    const refusal = requireOrganiserUnlessOpen(request);
    return refusal ? sendRefusal(request, reply, refusal) : { ok: true };
  });
  app.post('/key/:id', (request, reply) => {
    const key = commandKey(request, String(request.headers['x-user-id']));
    return isRefusal(key) ? sendRefusal(request, reply, key) : { key: key ?? null };
  });
  return app;
}

function token(app: TestServer, claims: object, secret = SECRET): Promise<string> {
  const expires = Math.floor(app.clock.now() / 1000) + 60;
  const payload = { sub: 'user1', exp: expires, ...claims };
  return new SignJWT(payload).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(secret));
}

it('header mode believes the header, in any script', async () => {
  const app = await withRoutes({});
  const me = async (headers: Record<string, string>) => (await app.inject({ url: '/me', headers })).json();
  expect(await me({ 'x-user-id': 'user1' })).toEqual({ me: 'user1' });
  expect(await me({ 'x-user-id': 'a,b' })).toEqual({ me: 'a,b' });
  expect(await me({ 'x-user-id': Buffer.from('홍길동').toString('latin1') })).toEqual({ me: '홍길동' });
  expect(await me({})).toMatchObject({ code: 'IDENTITY_REQUIRED', message: 'X-User-ID header is required' });
});

it('a 401 says by its challenge what it wants', async () => {
  const challenge = async (settings: Record<string, string>) => {
    const app = await withRoutes(settings);
    return (await app.inject({ url: '/me' })).headers['www-authenticate'];
  };
  expect(await challenge({})).toBe('X-User-ID');
  expect(await challenge({ AUTH_MODE: 'jwt', JWT_SECRET: SECRET })).toBe('Bearer');
});

it('jwt mode believes the token alone, and only until it ends', async () => {
  const app = await withRoutes({ AUTH_MODE: 'jwt', JWT_SECRET: SECRET, JWT_ISSUER: 'house' });
  const good = await token(server, { iss: 'house' });
  const me = async (headers: Record<string, string>) => {
    const answer = await app.inject({ url: '/me', headers });
    return answer.statusCode === 200 ? answer.json().me : answer.statusCode;
  };
  const bearer = (text: string) => ({ authorization: `Bearer ${text}` });
  expect(await me({ 'x-user-id': 'user1' })).toBe(401);
  expect(await me({ ...bearer(good), 'x-user-id': 'somebody' })).toBe('user1');
  expect(await me(bearer(good))).toBe('user1');
  expect(await me(bearer(await token(server, { iss: 'other' })))).toBe(401);
  expect(await me(bearer(await token(server, { iss: 'house' }, 'another secret of the same length')))).toBe(
    401,
  );
  for (const sub of ['', ' ', 'a\0', '\ud800', 'x'.repeat(129), 7])
    expect(await me(bearer(await token(server, { iss: 'house', sub }))), String(sub)).toBe(401);
  expect(
    await me(bearer(`${Buffer.from('{"alg":"none"}').toString('base64url')}.${good.split('.')[1]}.`)),
  ).toBe(401);
  expect(await me(bearer('nonsense'))).toBe(401);
  server.clock.advance(61_000);
  expect(await me(bearer(good))).toBe(401);
});

it.each([
  [{}, 401],
  [{ 'x-user-id': 'u' }, 403],
  [{ 'x-token': 'wrong' }, 403],
  [{ 'x-token': ADMIN_TOKEN }, 200],
])('the organiser with %o is %i', async (headers, status) => {
  const app = await withRoutes({ REQUIRE_ADMIN: 'true' });
  expect((await app.inject({ url: '/organiser', headers })).statusCode).toBe(status);
  expect((await app.inject({ url: '/v1', headers })).statusCode).toBe(status);
});

it('while they are changed, the organiser’s token and the key of bearer tokens of before are as good as the new ones', async () => {
  const [before, organiser] = ['the secret of the tests, of before', 'organiser-of-before'];
  const env = { AUTH_MODE: 'jwt', JWT_SECRET: SECRET, JWT_SECRET_BEFORE: before };
  const app = await withRoutes({ ...env, ADMIN_TOKEN, ADMIN_TOKEN_BEFORE: organiser });
  const me = async (secret: string, claims = {}) => {
    const headers = { authorization: `Bearer ${await token(server, claims, secret)}` };
    return (await app.inject({ url: '/me', headers })).statusCode;
  };
  expect([await me(SECRET), await me(before), await me('of nobody, and as long as the others')]).toEqual([
    200, 200, 401,
  ]);
  expect(await me(before, { exp: 1 }), 'over').toBe(401);
  const status = async (shown: string) =>
    (await app.inject({ url: '/organiser', headers: { 'x-token': shown } })).statusCode;
  expect([await status(ADMIN_TOKEN), await status(organiser), await status('of-nobody')]).toEqual([
    200, 200, 403,
  ]);
});

it('an admin role makes an organiser, and the v1 routes are open on loopback', async () => {
  const app = await withRoutes({ AUTH_MODE: 'jwt', JWT_SECRET: SECRET });
  const status = async (claims: object) =>
    (
      await app.inject({
        url: '/organiser',
        headers: { authorization: `bearer ${await token(server, claims)}` },
      })
    ).statusCode;
  expect(await status({ roles: ['admin'] })).toBe(200);
  expect(await status({ roles: 'admin' })).toBe(403);
  expect((await app.inject('/v1')).statusCode).toBe(401);
  await app.close();
  expect((await (await withRoutes({})).inject('/v1')).statusCode).toBe(200);
});

it('a command key tells apart what differs and not what is only written differently', async () => {
  const app = await withRoutes({});
  const keyOf = async (user: string, key: string, payload: string, id = 1) => {
    const headers = { 'x-user-id': user, 'idempotency-key': key, 'content-type': 'application/json' };
    return (await app.inject({ method: 'POST', url: `/key/${id}`, headers, payload })).json().key;
  };
  const first = await keyOf('u', 'k', '{"a":1,"b":[1,2]}');
  expect(await keyOf('u', 'k', '{ "b":[1,2],\n"a":1.0 }')).toEqual(first);
  expect((await keyOf('u', 'k', '{"a":1,"b":[2,1]}')).bodyHash).not.toBe(first.bodyHash);
  expect((await keyOf('u', 'k', '{"a":1,"b":[1,2]}', 2)).bodyHash).not.toBe(first.bodyHash);
  const ids = [
    first,
    await keyOf('u', 'k2', '{}'),
    await keyOf('v', 'k', '{}'),
    await keyOf('u","k', '', '{}' as never),
  ];
  expect(new Set(ids.map((each) => each?.id)).size).toBe(4);
});

it.each(['', 'x'.repeat(256), 'ключ'])('the key %j is refused', async (key) => {
  const app = await withRoutes({});
  const headers = { 'idempotency-key': Buffer.from(key).toString('latin1') };
  const answer = await app.inject({ method: 'POST', url: '/key/1', headers });
  expect(answer.json()).toMatchObject({ code: 'IDEMPOTENCY_KEY_INVALID' });
});

it('a principal past its rate gets 429 and the time to wait, others do not', async () => {
  const app = await withRoutes({ RATE_LIMIT_PER_PRINCIPAL: '3' });
  const status = async (user: string) =>
    (await app.inject({ url: '/me', headers: { 'x-user-id': user } })).statusCode;
  expect([await status('a'), await status('a'), await status('a'), await status('a')]).toEqual([
    200, 200, 200, 429,
  ]);
  expect(await status('b')).toBe(200);
  const refused = await app.inject({ url: '/me', headers: { 'x-user-id': 'a' } });
  expect(refused.headers['retry-after']).toBe('1');
  server.clock.advance(334);
  expect([await status('a'), await status('a')]).toEqual([200, 429]);
});
