import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RequestAccepted, RequestView } from '../../src/contract/request-queue.ts';
import { type Answer, bodyOf, type Client, clientOf, expectRefusal, organiserOf } from './client.ts';
import { eventually } from './eventually.ts';
import { freshFolder, type Program, startProgram } from './program.ts';
import { openQueueEvents, openQueueSocket } from './queue-stream.ts';
import { book, createEvent, DATE_TIME, openSale, secondsOf, statusOfSeat, tryPay } from './sale.ts';

let program: Program;
let anyone: Client;
let organiser: Client;
beforeAll(async () => {
  program = await startProgram({ env: { RATE_LIMIT_PER_PRINCIPAL: '0', RESERVATION_TIMEOUT_SECONDS: '2' } });
  anyone = clientOf(program);
  organiser = organiserOf(program);
});
afterAll(() => program?.stop());

const tryAsk = (
  userId: string,
  eventId: number,
  seatIds: readonly number[],
  more: { body?: object; headers?: Record<string, string> } = {},
): Promise<Answer<RequestAccepted>> =>
  anyone
    .as(userId)
    .post(
      '/api/v2/reservations',
      { event_id: eventId, seat_ids: seatIds, user_id: userId, ...more.body },
      more.headers,
    );
const ask = async (userId: string, eventId: number, seatIds: readonly number[]) =>
  bodyOf(await tryAsk(userId, eventId, seatIds), 202);
const look = (userId: string, requestId: string) =>
  anyone.as(userId).get<RequestView>(`/api/v2/reservations/${requestId}`);
const over = (userId: string, requestId: string) =>
  eventually(
    async () => bodyOf(await look(userId, requestId)),
    ({ status }) => status !== 'pending' && status !== 'processing',
  );

describe('POST /api/v2/reservations', () => {
  it('answers 202, and the request completes with a reservation that v1 knows', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 2 });
    const accepted = await ask('ann', eventId, seatIds);
    expect(accepted).toEqual({
      success: true,
      request_id: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}$/),
      status: 'pending',
      message: expect.any(String),
      estimated_wait_time: expect.any(Number),
      queue_position: 1,
      priority: 'normal',
    });
    const done = await over('ann', accepted.request_id);
    expect(done).toMatchObject({
      request_id: accepted.request_id,
      status: 'completed',
      queue_position: null,
    });
    expect(done.result).toMatchObject({ success: true, data: { total_amount: 201 } });
    expect(done.created_at).toMatch(DATE_TIME);
    expect(done.processed_at).toMatch(DATE_TIME);
    const [reservationId] = done.result?.data.reservation_ids ?? [];
    const reservation = bodyOf(
      await anyone
        .as('ann')
        .get<{ status: string; expires_at: string }>(`/api/v1/reservations/${reservationId}`),
    );
    expect(reservation.expires_at).toBe(done.result?.data.expires_at);
    expect(secondsOf(reservation.expires_at)).toBeGreaterThanOrEqual(
      secondsOf(done.processed_at as string) + 1,
    );
    expect(done.result?.data.reservation_ids).toHaveLength(2);
  });

  it('reports what v1 would have refused as failed, with the reason', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 2 });
    await over('ann', (await ask('ann', eventId, seatIds.slice(0, 1))).request_id);
    const failed = await over('ben', (await ask('ben', eventId, seatIds)).request_id);
    expect(failed).toMatchObject({
      status: 'failed',
      message: 'Seats not available: A1',
      result: { success: false, message: 'Seats not available: A1', data: {}, code: 'SEATS_TAKEN' },
    });
    expect(await statusOfSeat(anyone, seatIds[1] as number)).toBe('AVAILABLE');
    const unknown = await over('ben', (await ask('ben', eventId, [987_654_321])).request_id);
    expect(unknown).toMatchObject({ status: 'failed', message: 'One or more seats not found' });
  });

  it('refuses at once what can never succeed', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 2 });
    const closed = await createEvent(organiser);
    const body = { event_id: eventId, seat_ids: seatIds, user_id: 'ann' };
    expectRefusal(await anyone.post('/api/v2/reservations', body), {
      status: 401,
      code: 'IDENTITY_REQUIRED',
      message: 'X-User-ID header is required',
    });
    expectRefusal(await anyone.as('eve').post('/api/v2/reservations', body), {
      status: 403,
      code: 'USER_MISMATCH',
    });
    expectRefusal(await tryAsk('ann', 987_654, seatIds), { status: 404, code: 'EVENT_NOT_FOUND' });
    expectRefusal(await tryAsk('ann', closed.event_id, [1]), { status: 409, code: 'SALE_NOT_OPEN' });
    for (const wrong of [{ seat_ids: [] }, { seat_ids: [1, 1] }, { priority: 'urgent' }, { price: 1 }])
      expect((await tryAsk('ann', eventId, seatIds, { body: wrong })).status).toBe(422);
  });

  it('gives a priority to the principal, which the body may only lower', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 6 });
    const priority = async (index: number, asked?: string, header?: string) => {
      const answer = await tryAsk(`p${index}`, eventId, [seatIds[index] as number], {
        body: asked === undefined ? {} : { priority: asked },
        headers: header === undefined ? {} : { 'x-user-priority': header },
      });
      return bodyOf(answer, 202);
    };
    expect((await priority(0)).priority).toBe('normal');
    expect((await priority(1, 'low')).priority).toBe('low');
    expect((await priority(2, undefined, 'vip')).priority).toBe('high');
    expect((await priority(3, 'high', 'premium')).priority).toBe('high');
    expect((await priority(4, 'normal', 'high')).priority).toBe('normal');
    const lowered = await priority(5, 'high');
    expect(lowered).toMatchObject({ priority: 'normal', message: expect.stringContaining('not entitled') });
  });

  it('answers a repeated key with the same bytes, and makes one reservation', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 2 });
    const headers = { 'idempotency-key': 'queue-1' };
    const first = await tryAsk('ann', eventId, seatIds, { headers });
    await over('ann', bodyOf(first, 202).request_id);
    const again = await tryAsk('ann', eventId, seatIds, { headers });
    expect([again.status, again.text]).toEqual([202, first.text]);
    expectRefusal(await tryAsk('ann', eventId, seatIds.slice(0, 1), { headers }), {
      status: 422,
      code: 'IDEMPOTENCY_MISMATCH',
    });
  });
});

describe('a request', () => {
  it('that is over cannot be cancelled, and that of somebody else is not there', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const { request_id } = await ask('ann', eventId, seatIds);
    await over('ann', request_id);
    expectRefusal(await anyone.as('ann').delete(`/api/v2/reservations/${request_id}`), {
      status: 409,
      code: 'REQUEST_NOT_CANCELLABLE',
      message: "Cannot cancel request in 'completed' state",
    });
    for (const path of [`/api/v2/reservations/${request_id}`, '/api/v2/reservations/nothing']) {
      const refusal = { status: 404, code: 'REQUEST_NOT_FOUND', message: 'Request not found' };
      expectRefusal(await anyone.as('eve').get(path), refusal);
      expectRefusal(await anyone.as('eve').delete(path), refusal);
    }
  });

  it('that is cancelled yields no reservation, however close it was', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 4, seatsInRow: 50 });
    const asked = await Promise.all(
      seatIds.map(async (seat, index) => {
        const userId = `racer-${index}`;
        const { request_id } = await ask(userId, eventId, [seat]);
        const answer = await anyone.as(userId).delete(`/api/v2/reservations/${request_id}`);
        return { userId, request_id, seat, cancelled: answer.status };
      }),
    );
    for (const { userId, request_id, cancelled } of asked) {
      const { status, result } = await over(userId, request_id);
      expect([204, 409]).toContain(cancelled);
      expect(status).toBe(cancelled === 204 ? 'cancelled' : 'completed');
      expect(result === null).toBe(cancelled === 204);
    }
  });
});

describe('the queue', () => {
  it('tells how long it is, and that it is well', async () => {
    const { eventId } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const lane = { length: 0, pending: 0 };
    expect(bodyOf(await anyone.get(`/api/v2/queue/stats/${eventId}`))).toEqual({
      event_id: eventId,
      high: lane,
      normal: lane,
      low: lane,
      total_pending: 0,
      estimated_wait_time: 0,
    });
    expect(bodyOf(await anyone.get('/api/v2/queue/health'))).toEqual({
      status: 'healthy',
      redis: 'connected',
      backend: 'embedded',
    });
  });

  it('shows its dead to the organiser alone', async () => {
    expectRefusal(await anyone.as('ann').get('/api/v2/queue/dead'), { status: 403, code: 'ORGANISER_ONLY' });
    expect(bodyOf(await organiser.get('/api/v2/queue/dead'))).toEqual([]);
    expectRefusal(await organiser.post('/api/v2/queue/dead/nothing/replay'), {
      status: 409,
      code: 'REQUEST_NOT_DEAD',
    });
  });

  it('loses nothing that it accepted when the program is killed', async () => {
    const dataDir = freshFolder();
    const own = await startProgram({ dataDir });
    const { eventId, seatIds } = await openSale(organiserOf(own), { rows: 2, seatsInRow: 50 });
    const accepted: { userId: string; request_id: string }[] = [];
    const asking = seatIds.map(async (seat, index) => {
      const userId = `k${index}`;
      const body = { event_id: eventId, seat_ids: [seat], user_id: userId };
      const answer = await clientOf(own)
        .as(userId)
        .post<RequestAccepted>('/api/v2/reservations', body)
        .catch(() => undefined);
      if (answer?.status === 202) accepted.push({ userId, request_id: answer.body.request_id });
      if (accepted.length === 40) await own.kill();
    });
    await Promise.all(asking);
    const back = await startProgram({ dataDir });
    for (const { userId, request_id } of accepted) {
      const request = await eventually(
        async () =>
          bodyOf(await clientOf(back).as(userId).get<RequestView>(`/api/v2/reservations/${request_id}`)),
        ({ status }) => status !== 'pending' && status !== 'processing',
      );
      expect(request).toMatchObject({ status: 'completed' });
    }
    expect(accepted.length).toBeGreaterThanOrEqual(40);
    await back.stop();
    rmSync(dataDir, { recursive: true });
  });
});

const FACES = [
  ['WebSocket', (id: string) => openQueueSocket(`${program.url}/api/v2/ws/reservation/${id}?user_id=ann`)],
  ['SSE', (id: string) => openQueueEvents(`${program.url}/api/v2/reservations/${id}/events?user_id=ann`)],
] as const;

describe.each(FACES)('one request over %s', (name, open) => {
  it('shows how it stands and how it ends, then closes', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 2 });
    const { request_id } = await ask('ann', eventId, seatIds.slice(0, 1));
    const stream = await open(request_id);
    const complete = await stream.until('reservation_complete');
    expect(stream.frames[0]).toMatchObject({ type: 'status_update', request_id });
    expect(complete).toMatchObject({ request_id, data: { status: 'completed', result: { success: true } } });
    expect(complete.timestamp).toMatch(DATE_TIME);
    await eventually(stream.ended, name === 'SSE' ? 0 : 1000);

    const failing = await ask('ann', eventId, seatIds.slice(0, 1));
    const late = await open(failing.request_id);
    expect(await late.until('reservation_failed')).toMatchObject({
      data: { status: 'failed', message: 'Seats not available: A1' },
    });
    await eventually(late.ended, name === 'SSE' ? 0 : 1000);
  });

  it('is for its owner alone', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const body = { event_id: eventId, seat_ids: seatIds, user_id: 'ben' };
    const { request_id } = bodyOf(
      await anyone.as('ben').post<RequestAccepted>('/api/v2/reservations', body),
      202,
    );
    await expect(open(request_id)).rejects.toThrow('404');
    await expect(open('nothing')).rejects.toThrow('404');
  });
});

describe('the channel of a buyer', () => {
  it('carries requests, bookings and holds that ran out, his alone', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 4 });
    const [asked, booked, left, foreign] = seatIds as [number, number, number, number];
    const channel = await openQueueSocket(`${program.url}/api/v2/ws/user/cid?user_id=cid`);
    const { request_id } = await ask('cid', eventId, [asked]);
    expect(await channel.until('reservation_complete')).toMatchObject({ request_id });
    const { booking_id } = await book(anyone, 'cid', eventId, [booked]);
    expect(await channel.until('booking_update')).toMatchObject({ data: { booking_id, status: 'PENDING' } });
    bodyOf(await tryPay(anyone, 'cid', booking_id));
    await ask('cid', eventId, [left]);
    await ask('dan', eventId, [foreign]);
    await eventually(() => channel.frames.some(({ data }) => data?.status === 'CONFIRMED'), true);
    await eventually(
      () =>
        channel.frames.filter(({ type }) => type === 'reservation_expired').map(({ data }) => data?.seat_id),
      (seats) => seats.includes(left),
    );
    expect(JSON.stringify(channel.frames)).not.toContain('dan');
    expect(channel.frames.some(({ data }) => data?.seat_id === foreign)).toBe(false);
    channel.say('{"type":"ping"}');
    await channel.until('pong');
    channel.say('nonsense');
    await channel.until('error');
    await eventually(channel.ended, 1007);
  });

  it('opens for nobody else', async () => {
    const url = `${program.url}/api/v2/ws/user/cid`;
    await expect(openQueueSocket(`${url}?user_id=eve`)).rejects.toThrow('403');
    await expect(openQueueSocket(url, { 'x-user-id': 'eve' })).rejects.toThrow('403');
  });

  it('opens for whom its path names, as the clients of seed 000 write it', async () => {
    const channel = await openQueueSocket(`${program.url}/api/v2/ws/user/fay`);
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const { request_id } = await ask('fay', eventId, seatIds);
    expect(await channel.until('reservation_complete')).toMatchObject({ request_id });
    channel.close();
  });
});
