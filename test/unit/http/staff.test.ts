import { SignJWT } from 'jose';
import { afterEach, expect, it } from 'vitest';
import { isRefusal } from '../../../src/core/refusal.ts';
import { sendRefusal } from '../../../src/http/answers/refusals.ts';
import { requireStaff } from '../../../src/http/identity/staff.ts';
import { ADMIN_TOKEN, type TestServer, testServer } from './kit.ts';

const SECRET = 'a secret of the tests, long enough';
let server: TestServer;
afterEach(() => server.app.close());

async function gate(env: Record<string, string>) {
  server = await testServer(env);
  server.app.post('/gate', (request, reply) => {
    const staff = requireStaff(request);
    return isRefusal(staff) ? sendRefusal(request, reply, staff) : { actor: staff.actor, keyed: !!staff.key };
  });
  return async (headers: Record<string, string>) => {
    const answer = await server.app.inject({ method: 'POST', url: '/gate', headers });
    return answer.statusCode === 200 ? answer.json() : [answer.statusCode, answer.json().code];
  };
}

async function bearer(roles: unknown): Promise<Record<string, string>> {
  const payload = { sub: 'gate-3', roles, exp: Math.floor(server.clock.now() / 1000) + 60 };
  const token = new SignJWT(payload).setProtectedHeader({ alg: 'HS256' });
  return { authorization: `Bearer ${await token.sign(new TextEncoder().encode(SECRET))}` };
}

it('the gate is for the organiser, and for the roles staff and admin', async () => {
  const ask = await gate({ AUTH_MODE: 'jwt', JWT_SECRET: SECRET });
  expect(await ask(await bearer(['staff']))).toEqual({ actor: 'gate-3', keyed: false });
  expect(await ask(await bearer(['admin']))).toEqual({ actor: 'gate-3', keyed: false });
  expect(await ask({ 'x-token': ADMIN_TOKEN, 'idempotency-key': 'k' })).toEqual({
    actor: 'organiser',
    keyed: true,
  });
  expect(await ask(await bearer(['vip']))).toEqual([403, 'STAFF_ONLY']);
  expect(await ask(await bearer('staff'))).toEqual([403, 'STAFF_ONLY']);
  expect(await ask({ 'x-token': 'wrong' })).toEqual([403, 'STAFF_ONLY']);
  expect(await ask({})).toEqual([401, 'IDENTITY_REQUIRED']);
});

it('nobody calls himself staff by a header', async () => {
  const ask = await gate({});
  expect(await ask({ 'x-user-id': 'staff' })).toEqual([403, 'STAFF_ONLY']);
  expect(await ask({ 'x-user-id': 'gate-3', 'x-token': ADMIN_TOKEN })).toEqual({
    actor: 'gate-3',
    keyed: false,
  });
});
