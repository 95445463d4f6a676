import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { bodyOf, expectErrorBody, expectRefusal } from '../client.ts';
import { eventually } from '../eventually.ts';
import { openQueueEvents, openQueueSocket } from '../queue-stream.ts';
import { sharedProgram } from '../shared-program.ts';
import { enter, openRoom } from '../waiting-line.ts';
import { cancel, crowd, inTurn, processQueue, reserve, reserved, statusOf, users } from './passengers.ts';

const UUID4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('the train edition', () => {
  const { anyone, organiser, program } = sharedProgram({ TRAIN_CAPACITY: '3', SHED_DELAY_MS: '0' });
  const reset = async () => bodyOf(await organiser.post('/admin/reset'));

  it('POST /reserve: a seat for who comes first, then a queue; each of them once', async () => {
    await reset();
    expect(await reserved(anyone, 'a')).toEqual({ status: 'reserved', user_id: 'a' });
    expect(await reserved(anyone, 'a')).toEqual({ status: 'already_reserved', user_id: 'a' });
    await reserved(anyone, 'b');
    await reserved(anyone, 'c');
    expect(await reserved(anyone, 'd')).toEqual({ status: 'queued', position: 1, user_id: 'd' });
    expect(await reserved(anyone, 'e')).toEqual({ status: 'queued', position: 2, user_id: 'e' });
    expect(await reserved(anyone, 'e')).toEqual({ status: 'already_in_queue', position: 2, user_id: 'e' });
    expect(await reserved(anyone, 'a')).toEqual({ status: 'already_reserved', user_id: 'a' });
  });

  it('POST /reserve: without a name the server makes one; a number is taken as its text', async () => {
    await reset();
    for (const body of [{}, { user_id: null }, { user_id: '' }]) {
      const { status, user_id } = bodyOf(
        await anyone.post<{ status: string; user_id: string }>('/reserve', body),
      );
      expect(status).toBe('reserved');
      expect(user_id).toMatch(UUID4);
    }
    await reset();
    expect(await reserved(anyone, 42)).toEqual({ status: 'reserved', user_id: '42' });
    expect(await reserved(anyone, '42')).toEqual({ status: 'already_reserved', user_id: '42' });
  });

  it('POST /reserve: no body or a bad one is 422, and no seat is taken', async () => {
    await reset();
    expectRefusal(await anyone.post('/reserve'), { status: 422, code: 'VALIDATION_FAILED' });
    const bad = [null, [], 'x', { user_id: true }, { user_id: {} }, { user_id: ['a'] }, { user_id: 2 ** 53 }];
    for (const body of [...bad, { user_id: 'x'.repeat(129) }]) {
      expect((await anyone.post('/reserve', body)).status, JSON.stringify(body)).toBe(422);
    }
    const unknown = await anyone.post('/reserve', { user_id: 'a', price: 1 });
    expect(expectRefusal(unknown, { status: 422, code: 'UNKNOWN_FIELD' }).detail).toHaveLength(1);
    expectRefusal(await anyone.post('/reserve', { user_id: '  ' }), {
      status: 400,
      code: 'IDENTITY_INVALID',
    });
    expect(await statusOf(anyone, 'a')).toEqual({ status: 'not_found', user_id: 'a' });
    expect(await crowd([anyone], users(3))).toMatchObject({ reserved: users(3), queued: [] });
  });

  it('POST /reserve: with an Idempotency-Key the answer is repeated byte for byte', async () => {
    await reset();
    const key = { 'idempotency-key': `k${Math.trunc(performance.now())}` };
    const [first, second] = [await anyone.post('/reserve', {}, key), await anyone.post('/reserve', {}, key)];
    expect(bodyOf(first)).toMatchObject({ status: 'reserved' });
    expect(second.text).toBe(first.text);
  });

  it('another method is 405, a foreign identity 403', async () => {
    expect((await anyone.get('/reserve')).status).toBe(405);
    const other = await anyone.as('eve').post('/reserve', { user_id: 'ann' });
    expectRefusal(other, { status: 403, code: 'USER_MISMATCH' });
    expectRefusal(await anyone.as('eve').delete('/reserve/ann'), { status: 403, code: 'USER_MISMATCH' });
  });

  it('POST /process_queue and POST /admin/reset: 401 without the organiser’s token, and with another', async () => {
    for (const path of ['/process_queue', '/admin/reset'])
      for (const headers of [{}, { 'x-token': 'wrong' }]) {
        const answer = await anyone.post(path, undefined, headers);
        expect(answer.status, path).toBe(401);
        expect(answer.body).toMatchObject({ detail: 'Unauthorized' });
      }
    expect(bodyOf(await processQueue(organiser))).toEqual({
      status: 'queue_processed',
      promoted_users: [],
      promoted_count: 0,
    });
    expect(await reset()).toEqual({ status: 'reset_done' });
  });

  it('GET /status: reserved, in the queue with a position, or not found', async () => {
    await reset();
    await crowd([anyone], users(3));
    await reserved(anyone, '대기자/1');
    expect(await statusOf(anyone, 'passenger 1')).toEqual({ status: 'reserved', user_id: 'passenger 1' });
    expect(await statusOf(anyone, '대기자/1')).toEqual({
      status: 'in_queue',
      position: 1,
      user_id: '대기자/1',
    });
    expect(await statusOf(anyone, 'nobody')).toEqual({ status: 'not_found', user_id: 'nobody' });
  });

  it('DELETE /reserve: the next in line has the seat at once; who waits may leave, too', async () => {
    await reset();
    await crowd([anyone], users(3));
    for (const user of ['x', 'y', 'z']) await reserved(anyone, user);
    expect(bodyOf(await cancel(anyone, 'passenger 2'))).toEqual({
      status: 'cancelled',
      user_id: 'passenger 2',
      promoted_users: ['x'],
    });
    expect(await statusOf(anyone, 'x')).toMatchObject({ status: 'reserved' });
    expect(await statusOf(anyone, 'y')).toMatchObject({ status: 'in_queue', position: 1 });
    expect(bodyOf(await cancel(anyone, 'y'))).toEqual({
      status: 'cancelled',
      user_id: 'y',
      promoted_users: [],
    });
    expect(await statusOf(anyone, 'z')).toMatchObject({ status: 'in_queue', position: 1 });
    expect(bodyOf(await cancel(anyone, 'nobody'))).toEqual({ status: 'not_found', user_id: 'nobody' });
    expect(bodyOf(await cancel(anyone, 'passenger 2'))).toEqual({
      status: 'not_found',
      user_id: 'passenger 2',
    });
  });

  it('a crowd of cancellations gives each seat to one of the line, first come first', async () => {
    await reset();
    await crowd([anyone], users(3));
    const waiting = users(5, 'waiting');
    await inTurn(anyone, waiting);
    const answers = await Promise.all(users(3).map((user) => cancel(anyone, user)));
    const promoted = answers.flatMap((answer) => bodyOf(answer).promoted_users ?? []);
    expect(promoted.sort()).toEqual(waiting.slice(0, 3));
    expect(await statusOf(anyone, 'waiting 4')).toMatchObject({ status: 'in_queue', position: 1 });
  });

  it('positions are pushed over server-sent events and over a WebSocket', async () => {
    await reset();
    await inTurn(anyone, [...users(3), 'p', 'q']);
    const events = await openQueueEvents(`${program.url}/status/q/events`);
    const socket = await openQueueSocket(`${program.url}/ws/status/p`);
    await events.until('position');
    await socket.until('position');
    await cancel(anyone, 'passenger 1');
    const last = (stream: typeof events) => stream.frames.at(-1);
    await eventually(
      () => last(socket),
      (frame) => (frame as { status?: string })?.status === 'reserved',
    );
    await eventually(
      () => last(events),
      (frame) => (frame as { position?: number })?.position === 1,
    );
    expect(events.frames[0]).toEqual({ type: 'position', status: 'in_queue', position: 2, user_id: 'q' });
    expect(socket.frames[0]).toEqual({ type: 'position', status: 'in_queue', position: 1, user_id: 'p' });
    await cancel(anyone, 'p');
    await eventually(
      () => last(socket),
      (frame) => (frame as { status?: string })?.status === 'not_found',
    );
    await eventually(
      () => last(events),
      (frame) => (frame as { status?: string })?.status === 'reserved',
    );
    events.close();
    socket.close();
  });

  it('a seat of the train is a seat of the native API: it shows there, and can be given back there', async () => {
    await reset();
    await inTurn(anyone, [...users(3), 'next']);
    const own = bodyOf(
      await anyone
        .as('passenger 1')
        .get<{ reservation_id: number; event_id: number }[]>('/api/v1/reservations?active_only=true'),
    );
    expect(own).toHaveLength(1);
    const { reservation_id, event_id } = own[0] as (typeof own)[number];
    expectRefusal(
      await anyone
        .as('late')
        .post(`/api/v1/events/${event_id}/best-available`, { party_size: 1, hold: true }),
      { status: 409, code: 'WAITLIST_FIRST' },
    );
    expect(
      (await anyone.as('passenger 1').delete(`/api/v1/reservations/${reservation_id}`)).status,
    ).toBeLessThan(300);
    await eventually(async () => (await statusOf(anyone, 'next')).status, 'reserved');
  });

  it('behind a waiting room, POST /reserve wants a session like every other sale', async () => {
    await reset();
    await reserved(anyone, 'early');
    const [own] = bodyOf(await anyone.as('early').get<{ event_id: number }[]>('/api/v1/reservations'));
    const eventId = own?.event_id as number;
    const admit = async (admission: object) =>
      bodyOf(await organiser.patch(`/api/v1/events/${eventId}`, { admission }));
    await admit({ mode: 'waiting_room', rate_per_second: 100 });
    await openRoom(organiser, eventId);
    for (const passenger of [anyone, anyone.as('late')])
      expectRefusal(await passenger.post('/reserve', { user_id: 'late' }), {
        status: 403,
        code: 'ADMISSION_REQUIRED',
      });
    expect(await statusOf(anyone, 'late')).toMatchObject({ status: 'not_found' });
    const session = await enter(anyone, 'late', eventId);
    expect(bodyOf(await reserve(anyone, 'late', session))).toEqual({ status: 'reserved', user_id: 'late' });
    await admit({ mode: 'open' });
    expect(await reserved(anyone, 'walker')).toMatchObject({ status: 'reserved' });
  });

  it('GET /health is healthy', async () => {
    expect(bodyOf(await anyone.get('/health'))).toMatchObject({ status: 'healthy' });
  });

  it('every answer has its trace', async () => {
    const answer = await reserve(anyone, 'a');
    expect(answer.headers['trace-id']).toMatch(/^[0-9a-f]{32}$/);
    expectErrorBody(await anyone.post('/reserve', { user_id: [] }));
  });
});

describe('at a capacity of 500', () => {
  const { anyone, program, restart } = sharedProgram({ SHED_DELAY_MS: '0' });

  it('a burst of 700 gives 500 seats and 200 places with positions 1 to 200, also after a restart', async () => {
    const { reserved: seated, queued } = await crowd([anyone], users(700));
    expect(seated).toHaveLength(500);
    expect(queued.map(({ position }) => position)).toEqual(
      Array.from({ length: 200 }, (_, index) => index + 1),
    );
    await restart();
    expect(program.url).toMatch(/^http/);
    expect(await statusOf(anyone, seated[0] as string)).toMatchObject({ status: 'reserved' });
    const last = queued.at(-1)?.user_id as string;
    expect(await statusOf(anyone, last)).toMatchObject({ status: 'in_queue', position: 200 });
    expect(await reserved(anyone, last)).toMatchObject({ status: 'already_in_queue', position: 200 });
  });
});

describe('with TRAIN_AUTO_PROMOTE=false and ALLOW_RESET=false', () => {
  const { anyone, organiser } = sharedProgram({
    TRAIN_CAPACITY: '2',
    TRAIN_AUTO_PROMOTE: 'false',
    ALLOW_RESET: 'false',
    SHED_DELAY_MS: '0',
  });

  it('a cancelled seat waits for /process_queue, and nobody who comes later overtakes', async () => {
    await inTurn(anyone, ['a', 'b', 'c', 'd', 'e']);
    expect(bodyOf(await cancel(anyone, 'a')).promoted_users).toEqual([]);
    expect(bodyOf(await cancel(anyone, 'b')).promoted_users).toEqual([]);
    expect(await reserved(anyone, 'late')).toMatchObject({ status: 'queued', position: 4 });
    expect(bodyOf(await processQueue(organiser))).toEqual({
      status: 'queue_processed',
      promoted_users: ['c', 'd'],
      promoted_count: 2,
    });
    expect(await statusOf(anyone, 'e')).toMatchObject({ status: 'in_queue', position: 1 });
  });

  it('POST /admin/reset is not there', async () => {
    expectRefusal(await organiser.post('/admin/reset'), { status: 404, code: 'NOT_FOUND' });
  });
});

describe('with AUTH_MODE=jwt', () => {
  const SECRET = 'a secret of the tests, long enough';
  const { anyone, program } = sharedProgram({
    TRAIN_CAPACITY: '1',
    AUTH_MODE: 'jwt',
    JWT_SECRET: SECRET,
    SHED_DELAY_MS: '0',
  });
  const as = async (user: string) => {
    const token = await new SignJWT({ sub: user })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(SECRET));
    return anyone.with({ authorization: `Bearer ${token}` });
  };

  it('a passenger is who his token says, and nobody else', async () => {
    const [ann, bob] = [await as('ann'), await as('bob')];
    expectRefusal(await ann.post('/reserve', { user_id: 'bob' }), { status: 403, code: 'USER_MISMATCH' });
    expect(await reserved(ann, 'ann')).toEqual({ status: 'reserved', user_id: 'ann' });
    expect(bodyOf(await bob.post('/reserve', {}))).toEqual({ status: 'queued', position: 1, user_id: 'bob' });
    expect(await statusOf(bob, 'bob')).toMatchObject({ status: 'in_queue', position: 1 });
    expectRefusal(await bob.get('/status/ann'), { status: 403, code: 'USER_MISMATCH' });
    expectRefusal(await bob.delete('/reserve/ann'), { status: 403, code: 'USER_MISMATCH' });
    expect(bodyOf(await cancel(ann, 'ann')).promoted_users).toEqual(['bob']);
  });

  it('without a token nobody gets a seat, whatever name he gives', async () => {
    expect((await anyone.post('/reserve', { user_id: 'ann' })).status).toBe(401);
    expect((await anyone.post('/reserve', {})).status).toBe(401);
    expect((await anyone.get('/status/ann')).status).toBe(401);
    await expect(openQueueSocket(`${program.url}/ws/status/ann`)).rejects.toThrow('401');
  });
});

describe('with WAITLIST_OFFER_SECONDS', () => {
  const { anyone } = sharedProgram({ TRAIN_CAPACITY: '1', WAITLIST_OFFER_SECONDS: '2', SHED_DELAY_MS: '0' });

  it('a seat that comes back is kept for the next in line until he takes it, or goes on', async () => {
    await inTurn(anyone, ['a', 'b', 'c']);
    await cancel(anyone, 'a');
    const status = await eventually(
      () => statusOf(anyone, 'b'),
      ({ accept_by }) => accept_by !== undefined,
    );
    expect(status).toMatchObject({ status: 'in_queue', position: 1 });
    expect(await statusOf(anyone, 'c')).toMatchObject({ status: 'in_queue', position: 1 });
    expect(await reserved(anyone, 'b')).toEqual({ status: 'reserved', user_id: 'b' });
    await cancel(anyone, 'b');
    await eventually(
      () => statusOf(anyone, 'c'),
      ({ accept_by }) => accept_by !== undefined,
    );
    await eventually(async () => (await statusOf(anyone, 'c')).status, 'not_found');
    expect(await reserved(anyone, 'd')).toMatchObject({ status: 'reserved' });
  });
});
