import { afterEach, expect, it } from 'vitest';
import { refuse } from '../../../src/core/refusal.ts';
import { sendRefusal } from '../../../src/http/answers/refusals.ts';
import type { Face } from '../../../src/http/face.ts';
import { namedBy } from '../../../src/http/identity/named-by.ts';
import { type TestServer, testServer } from './kit.ts';

const SECRET = 'a secret of the tests, long enough';
let server: TestServer;
afterEach(() => server.app.close());

const CURT: Face = {
  wordsFor: ({ refusal, answer, status, request }) => ({
    status: refusal.refused === 'NOT_FOUND' ? 400 : status,
    fields: { detail: `no: ${answer.message}`, path: request.url },
  }),
};

async function edition(env: Record<string, string> = {}) {
  server = await testServer(env);
  const config = { face: CURT };
  server.app.get('/lost', { config }, (request, reply) => sendRefusal(request, reply, refuse('NOT_FOUND')));
  const preHandler = namedBy((request) => (request.query as { userId?: unknown }).userId);
  server.app.get('/me', { config, preHandler }, (request) => ({ userId: request.principal?.userId ?? null }));
  return async (url: string, headers: Record<string, string> = {}) => {
    const answer = await server.app.inject({ url, headers });
    return { status: answer.statusCode, ...answer.json() };
  };
}

it('a refusal has the words of the face beside the common fields', async () => {
  const ask = await edition();
  const answer = await ask('/lost');
  expect(answer).toMatchObject({ status: 400, code: 'NOT_FOUND', path: '/lost' });
  expect(answer.traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(answer.detail).toBe(`no: ${answer.message}`);
});

it('in header mode the named user is believed, and may not be another than the header says', async () => {
  const ask = await edition();
  expect(await ask('/me?userId=ada')).toEqual({ status: 200, userId: 'ada' });
  expect(await ask('/me?userId=ada', { 'x-user-id': 'ada' })).toEqual({ status: 200, userId: 'ada' });
  expect(await ask('/me?userId=ada', { 'x-user-id': 'eve' })).toMatchObject({
    status: 403,
    code: 'USER_MISMATCH',
  });
  for (const nobody of ['%20', 'a%00b'])
    expect(await ask(`/me?userId=${nobody}`)).toMatchObject({ status: 400, code: 'IDENTITY_INVALID' });
  expect(await ask('/me', { 'x-user-id': 'eve' })).toEqual({ status: 200, userId: 'eve' });
  expect(await ask('/me')).toEqual({ status: 200, userId: null });
});

it('who is named without a header is limited like everybody else', async () => {
  const ask = await edition({ RATE_LIMIT_PER_PRINCIPAL: '1' });
  expect((await ask('/me?userId=ada')).status).toBe(200);
  expect(await ask('/me?userId=ada')).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
  expect((await ask('/me?userId=bob')).status).toBe(200);
});

it('in jwt mode a name proves nothing', async () => {
  const ask = await edition({ AUTH_MODE: 'jwt', JWT_SECRET: SECRET });
  expect(await ask('/me?userId=ada')).toMatchObject({ status: 401, code: 'IDENTITY_REQUIRED' });
});
