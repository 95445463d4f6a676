import { SignJWT } from 'jose';
import { afterEach, expect, it } from 'vitest';
import { redisStreamTicketStore } from '../../../src/adapters/redis/stream-ticket-store.ts';
import { isRefusal } from '../../../src/core/refusal.ts';
import { sendRefusal } from '../../../src/http/answers/refusals.ts';
import type { StreamTicketStore } from '../../../src/http/ports/stream-ticket-store.ts';
import { STREAM_TICKET_LIMITS } from '../../../src/http/streams/stream-tickets.ts';
import { simulatedRedis } from '../../backends/simulated-redis.ts';
import { type TestServer, testServer } from './kit.ts';

const SECRET = 'a secret of the tests, long enough';
let server: TestServer;
afterEach(() => server.app.close());

/** A server on which `/watch` says who may open a stream. */
async function started(streamTickets?: StreamTicketStore): Promise<void> {
  server = await testServer(
    { AUTH_MODE: 'jwt', JWT_SECRET: SECRET },
    { ...(streamTickets && { streamTickets }) },
  );
  server.app.get('/watch', async (request, reply) => {
    const pass = await server.app.kit.streams.admit(request);
    return isRefusal(pass) ? sendRefusal(request, reply, pass) : { who: pass.principal?.userId ?? 'nobody' };
  });
}

async function bearer(): Promise<string> {
  const exp = Math.floor(server.clock.now() / 1_000) + 600;
  const token = await new SignJWT({ sub: 'ann', exp })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(SECRET));
  return `Bearer ${token}`;
}

async function fetchTicket() {
  const headers = { authorization: await bearer() };
  return server.app.inject({ method: 'POST', url: '/api/v1/stream-tickets', headers });
}

async function watched(query = '') {
  const answer = await server.app.inject(`/watch${query}`);
  return answer.statusCode === 200 ? answer.json().who : answer.statusCode;
}

it('a ticket opens one stream, once', async () => {
  await started();
  const { ticket, expires_at } = (await fetchTicket()).json();
  expect(Date.parse(`${expires_at}Z`)).toBe(server.clock.now() + STREAM_TICKET_LIMITS.lifetimeMillis);
  expect(await watched(`?ticket=${ticket}`)).toBe('ann');
  expect(await watched(`?ticket=${ticket}`)).toBe(401);
});

it('who is named beside a ticket or a token must be whose it is', async () => {
  await started();
  const { ticket } = (await fetchTicket()).json();
  expect(await watched(`?user_id=bob&ticket=${ticket}`)).toBe(403);
  const other = (await fetchTicket()).json().ticket;
  expect(await watched(`?user_id=ann&ticket=${other}`)).toBe('ann');
  const authorization = await bearer();
  const asked = (query: string) => server.app.inject({ url: `/watch${query}`, headers: { authorization } });
  expect((await asked('?user_id=bob')).json().code).toBe('USER_MISMATCH');
  expect((await asked('?user_id=ann')).json()).toEqual({ who: 'ann' });
});

it('a ticket opens nothing when its time is over', async () => {
  await started();
  const { ticket } = (await fetchTicket()).json();
  server.clock.advance(STREAM_TICKET_LIMITS.lifetimeMillis);
  expect(await watched(`?ticket=${ticket}`)).toBe(401);
});

it('who shows no ticket does not wait', async () => {
  await started();
  server.app.get('/at-once', (request) => ({
    atOnce: !(server.app.kit.streams.admit(request) instanceof Promise),
  }));
  expect((await server.app.inject('/at-once')).json()).toEqual({ atOnce: true });
  expect((await server.app.inject('/at-once?ticket=made-up')).json()).toEqual({ atOnce: false });
});

it('while the tickets are away none is given or used, for certain; what needs none goes on', async () => {
  const redis = simulatedRedis();
  const connection = redis.connect({ isAlive: true, atEnd: () => undefined });
  await started(redisStreamTicketStore({ connection, limits: STREAM_TICKET_LIMITS }));
  const { ticket } = (await fetchTicket()).json();
  // On their way when it goes, so nobody knows what became of them.
  const [given, used] = [fetchTicket(), server.app.inject(`/watch?ticket=${ticket}`)];
  redis.fail({ downMillis: 1_000, lostMillis: 0 });
  for (const answer of await Promise.all([given, used, fetchTicket()])) {
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({ code: 'UNAVAILABLE' });
    expect(answer.json().indefinite).toBeUndefined();
    expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(1);
  }
  expect(await watched()).toBe('nobody');
  expect(await watched('?ticket=made-up')).toBe(401);
  connection.close();
});
