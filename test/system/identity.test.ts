import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import type { EventView } from '../../src/contract/event.ts';
import { type Answer, bodyOf, type Client, clientOf, expectRefusal, organiserOf } from './client.ts';
import { eventually } from './eventually.ts';
import { openMapEvents, openMapSocket } from './map-stream.ts';
import { failedStart, startProgram } from './program.ts';
import { book, buy, createEvent, DATE_TIME, eventInput, hold, openSale, statusOfSeat } from './sale.ts';
import { sharedProgram } from './shared-program.ts';

/** What a stranger can learn from an answer, without what differs between any two answers. */
function told({ status, headers, text, body }: Answer): object {
  const { traceId } = body as { traceId: string };
  const { 'trace-id': _trace, 'x-request-id': _request, date: _date, ...rest } = headers;
  return { status, headers: rest, text: text.replace(traceId, 'TRACE') };
}

describe('header mode on loopback', () => {
  const { program, anyone, organiser } = sharedProgram();

  it('shows nobody what is somebody else’s: it looks exactly like nothing', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 4 });
    const held = await hold(anyone, 'owner', eventId, seatIds.slice(0, 1));
    const reservation = held.reservations[0]?.reservation_id as number;
    const pending = await book(anyone, 'owner', eventId, seatIds.slice(1, 2));
    const confirmed = await buy(anyone, 'owner', eventId, seatIds.slice(2, 3));
    const none = 999_999_999;
    const before = await statuses(seatIds);

    const asks: ((target: { reservation: number; booking: number; reference: string }) => Promise<Answer>)[] =
      [];
    for (const user of ['stranger', 'Owner', 'owner2']) {
      const stranger = anyone.as(user);
      asks.push(
        ({ reservation }) => stranger.get(`/api/v1/reservations/${reservation}`),
        ({ reservation }) => stranger.post(`/api/v1/reservations/${reservation}/extend`, {}),
        ({ reservation }) => stranger.delete(`/api/v1/reservations/${reservation}`),
        ({ booking }) => stranger.get(`/api/v1/bookings/${booking}`),
        ({ reference }) => stranger.get(`/api/v1/bookings/reference/${reference}`),
        ({ booking }) => stranger.post(`/api/v1/bookings/${booking}/cancel`, {}),
        ({ booking }) =>
          stranger.post(`/api/v1/bookings/${booking}/confirm-payment`, {
            booking_id: booking,
            payment_id: 'p',
          }),
      );
    }
    const unknown = { reservation: none, booking: none, reference: 'BK-01JD6Z4V9R8Q2M3N4P5S6T7V8W' };
    for (const { booking_id, booking_reference } of [pending, confirmed]) {
      for (const ask of asks) {
        const theirs = await ask({ reservation, booking: booking_id, reference: booking_reference });
        expect(theirs.status).toBe(404);
        expect(told(theirs)).toEqual(told(await ask(unknown)));
      }
    }
    const batch = { reservation_ids: [reservation] };
    const cancelled = await anyone.as('stranger').post('/api/v1/reservations/cancel-batch', batch);
    expect(bodyOf(cancelled)).toEqual({ cancelled: 0, requested: 1 });
    for (const list of ['/api/v1/reservations?active_only=false', '/api/v1/bookings'])
      expect(bodyOf(await anyone.as('stranger').get(list))).toEqual([]);
    expect(await statuses(seatIds)).toEqual(before);
  });

  const statuses = (seatIds: readonly number[]) =>
    Promise.all(seatIds.map((seat) => statusOfSeat(anyone, seat)));

  it('asks every buyer’s route who it is', async () => {
    const asks = [
      anyone.get('/api/v1/reservations'),
      anyone.get('/api/v1/reservations/1'),
      anyone.post('/api/v1/reservations', { event_id: 1, seat_ids: [1], user_id: 'ann' }),
      anyone.post('/api/v1/reservations/1/extend', {}),
      anyone.delete('/api/v1/reservations/1'),
      anyone.post('/api/v1/reservations/cancel-batch', { reservation_ids: [1] }),
      anyone.get('/api/v1/bookings'),
      anyone.get('/api/v1/bookings/1'),
      anyone.get('/api/v1/bookings/reference/x'),
      anyone.post('/api/v1/bookings', { event_id: 1, seat_ids: [1], user_id: 'ann' }),
      anyone.post('/api/v1/bookings/1/confirm-payment', { booking_id: 1, payment_id: 'p' }),
      anyone.post('/api/v1/bookings/1/cancel', {}),
      anyone.post('/api/v1/stream-tickets'),
    ];
    for (const answer of await Promise.all(asks))
      expectRefusal(answer, {
        status: 401,
        code: 'IDENTITY_REQUIRED',
        message: 'X-User-ID header is required',
      });
  });

  it('takes an identity of 1 to 128 characters, once', async () => {
    const ask = (id: string) => anyone.with({ 'x-user-id': id }).get('/api/v1/bookings');
    for (const id of ['x', 'x'.repeat(128)]) bodyOf(await ask(id));
    const invalid = { status: 400, code: 'IDENTITY_INVALID' };
    for (const id of ['', ' ', 'x'.repeat(129)]) expectRefusal(await ask(id), invalid);
  });

  it('keeps the organiser’s routes for the organiser', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const routes: [string, (client: Client) => Promise<Answer>][] = [
      ['block', (c) => c.post(`/api/v1/events/${eventId}/seats/block`, { seat_ids: seatIds })],
      ['unblock', (c) => c.post(`/api/v1/events/${eventId}/seats/unblock`, { seat_ids: seatIds })],
      ['history', (c) => c.get(`/api/v1/seats/${seatIds[0]}/history`)],
      ['metrics', (c) => c.get('/metrics')],
    ];
    for (const [, ask] of routes) {
      const nobody = { status: 401, code: 'IDENTITY_REQUIRED', message: 'X-Token header is required' };
      expectRefusal(await ask(anyone), nobody);
      const only = { status: 403, code: 'ORGANISER_ONLY', message: 'Only the organiser may do this' };
      expectRefusal(await ask(anyone.as('ann')), only);
      expectRefusal(await ask(anyone.with({ 'x-token': `${program.adminToken}x` })), only);
      expect((await ask(organiser)).status).toBe(200);
    }
    bodyOf(await anyone.post('/api/v1/events', eventInput()), 201);
  });

  it('with REQUIRE_ADMIN the event routes are the organiser’s too', async () => {
    const strict = await startProgram({ env: { REQUIRE_ADMIN: 'true' } });
    try {
      const asked = clientOf(strict);
      const { event_id } = await createEvent(organiserOf(strict));
      for (const answer of [
        await asked.post('/api/v1/events', eventInput()),
        await asked.patch(`/api/v1/events/${event_id}`, { event_name: 'x' }),
        await asked.post(`/api/v1/events/${event_id}/start-sale`),
        await asked.post(`/api/v1/events/${event_id}/seats`, [{ seat_number: 'A1', price: '1' }]),
      ])
        expectRefusal(answer, { status: 401, code: 'IDENTITY_REQUIRED' });
      const seats = `${strict.url}/api/v1/events/${event_id}/seats`;
      const unread = await fetch(seats, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '[',
      });
      expect(unread.status, 'a stranger’s seats are not even read').toBe(401);
      const shown = bodyOf(await asked.get<EventView>(`/api/v1/events/${event_id}`));
      expect(shown).toMatchObject({ status: 'UPCOMING', event_name: 'Winter Concert' });
    } finally {
      await strict.stop();
    }
  });

  it('does not start where everybody could call himself anybody', async () => {
    const { code, output } = await failedStart({ env: { HOST: '0.0.0.0' } });
    expect(code).not.toBe(0);
    expect(output).toMatch(/AUTH_MODE=jwt/);
    expect(output).toMatch(/TRUST_HEADER_AUTH=true/);
  });

  it('opens streams for who names himself in the query', async () => {
    const { eventId } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const url = `${program.url}/api/v1/events/${eventId}/map/events`;
    (await openMapEvents(url, '?user_id=ann')).close();
    await expect(openMapEvents(url, '?user_id=ann', { 'x-user-id': 'bob' })).rejects.toThrow('403');
  });
});

describe('jwt mode', () => {
  const SECRET = 'a secret of the tests, longer than thirty-two characters';
  const { program, anyone, organiser } = sharedProgram({
    AUTH_MODE: 'jwt',
    JWT_SECRET: SECRET,
    JWT_ISSUER: 'us',
    JWT_AUDIENCE: 'onrush',
  });

  interface Token {
    sub?: string;
    roles?: string[];
    secret?: string;
    issuer?: string;
    audience?: string;
    expires?: string | number;
    alg?: string;
  }
  function token({
    sub = 'ann',
    roles,
    secret = SECRET,
    issuer = 'us',
    audience = 'onrush',
    expires = '1h',
    alg = 'HS256',
  }: Token) {
    return new SignJWT(roles ? { roles } : {})
      .setProtectedHeader({ alg })
      .setSubject(sub)
      .setIssuer(issuer)
      .setAudience(audience)
      .setExpirationTime(expires)
      .sign(new TextEncoder().encode(secret));
  }
  const bearer = async (claims: Token) => anyone.with({ authorization: `Bearer ${await token(claims)}` });

  it('believes the token and nothing else', async () => {
    const admin = await bearer({ roles: ['admin'] });
    const { eventId, seatIds } = await openSale(admin, { rows: 1, seatsInRow: 1 });
    const body = { event_id: eventId, seat_ids: seatIds, user_id: 'ann' };
    const claimed = await anyone.as('ann').post('/api/v1/reservations', body);
    expectRefusal(claimed, {
      status: 401,
      code: 'IDENTITY_REQUIRED',
      message: 'Authorization header is required',
    });
    const bob = (await bearer({ sub: 'bob' })).with({ 'x-user-id': 'ann' });
    expectRefusal(await bob.post('/api/v1/reservations', body), { status: 403, code: 'USER_MISMATCH' });
    bodyOf(await (await bearer({})).post('/api/v1/reservations', body), 201);
  });

  it.each<[string, Token]>([
    ['of another secret', { secret: 'another secret, longer than thirty-two characters' }],
    ['of another issuer', { issuer: 'them' }],
    ['for another audience', { audience: 'elsewhere' }],
    ['that is over', { expires: 1 }],
    ['of another algorithm', { alg: 'HS512', secret: `${SECRET} and so on until it is long enough for it` }],
    ['of nobody', { sub: '' }],
  ])('refuses a token %s', async (_, claims) => {
    const answer = await (await bearer(claims)).get('/api/v1/bookings');
    expectRefusal(answer, { status: 401, code: 'IDENTITY_REQUIRED' });
  });

  it('refuses an unsigned token', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const unsigned = `${part({ alg: 'none' })}.${part({ sub: 'ann', iss: 'us', aud: 'onrush' })}.`;
    for (const authorization of [`Bearer ${unsigned}`, 'Bearer x', 'Bearer ', 'Basic YTpi'])
      expectRefusal(await anyone.with({ authorization }).get('/api/v1/bookings'), {
        status: 401,
        code: 'IDENTITY_REQUIRED',
      });
  });

  it('knows the organiser by his role or his token', async () => {
    const input = eventInput();
    expectRefusal(await anyone.post('/api/v1/events', input), { status: 401, code: 'IDENTITY_REQUIRED' });
    const buyer = await bearer({ roles: ['vip'] });
    expectRefusal(await buyer.post('/api/v1/events', input), { status: 403, code: 'ORGANISER_ONLY' });
    bodyOf(await (await bearer({ roles: ['admin'] })).post('/api/v1/events', input), 201);
    bodyOf(await organiser.post('/api/v1/events', input), 201);
  });

  it('opens a stream with a ticket, once', async () => {
    const { eventId } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const ann = await bearer({});
    const fetchTicket = async () =>
      bodyOf(await ann.post<{ ticket: string; expires_at: string }>('/api/v1/stream-tickets'), 201);
    const { ticket, expires_at } = await fetchTicket();
    expect(expires_at).toMatch(DATE_TIME);
    const socket = `${program.url}/api/v1/ws/events/${eventId}/map`;
    (await openMapSocket(socket, `?ticket=${ticket}`)).close();
    await expect(openMapSocket(socket, `?ticket=${ticket}`)).rejects.toThrow('401');
    await expect(openMapSocket(socket, '?ticket=made-up')).rejects.toThrow('401');
    const events = `${program.url}/api/v1/events/${eventId}/map/events`;
    (await openMapEvents(events, `?ticket=${(await fetchTicket()).ticket}`)).close();
    expectRefusal(await anyone.post('/api/v1/stream-tickets'), { status: 401, code: 'IDENTITY_REQUIRED' });
  });

  it('ends a stream with the token that opened it', async () => {
    const { eventId } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const authorization = `Bearer ${await token({ expires: Math.floor(Date.now() / 1000) + 5 })}`;
    const url = `${program.url}/api/v1/ws/events/${eventId}/map`;
    const stream = await openMapSocket(url, '', { authorization });
    await eventually(() => stream.endedWith(), 4401);
  });
});
