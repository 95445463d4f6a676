import { describe, expect, it } from 'vitest';
import type { EventView } from '../../src/contract/event.ts';
import { bodyOf, expectRefusal } from './client.ts';
import { eventually } from './eventually.ts';
import { book, openSale, tryBook, tryHold, tryPay } from './sale.ts';
import { sharedProgram } from './shared-program.ts';
import {
  called,
  enter,
  gatedSale,
  join,
  openRoom,
  roomOf,
  standing,
  tryEnter,
  tryJoin,
} from './waiting-line.ts';

const { anyone, organiser } = sharedProgram();

const required = { status: 403, code: 'ADMISSION_REQUIRED' };
const invalid = { status: 403, code: 'ADMISSION_INVALID' };

describe.concurrent('a sale behind a waiting room', () => {
  it('is refused without a session, with the way to one', async () => {
    const { eventId, seatIds } = await gatedSale(organiser, 2);
    const body = expectRefusal(await tryHold(anyone, 'bypass', eventId, seatIds), required);
    expect(body.join_url).toBe(`${roomOf(eventId)}/join`);
    expectRefusal(await tryBook(anyone, 'bypass', eventId, seatIds), required);
    const best = { party_size: 1, hold: true, user_id: 'bypass' };
    expectRefusal(await anyone.as('bypass').post(`/api/v1/events/${eventId}/best-available`, best), required);
    bodyOf(await anyone.post(`/api/v1/events/${eventId}/best-available`, { party_size: 1 }));
  });

  it('is bought in by who waited his turn: hold, book, pay', async () => {
    const { eventId, seatIds } = await gatedSale(organiser, 2);
    await openRoom(organiser, eventId);
    const session = await enter(anyone, 'ann', eventId);
    bodyOf(await tryHold(anyone, 'ann', eventId, seatIds, session), 201);
    const booking = bodyOf(await tryBook(anyone, 'ann', eventId, seatIds, session), 201);
    expectRefusal(await tryPay(anyone, 'ann', booking.booking_id), required);
    bodyOf(await tryPay(anyone, 'ann', booking.booking_id, 'pay_1', session));
  });

  it('repeats its answer under a key when the session is over, and begins nothing without one', async () => {
    const { eventId, seatIds } = await gatedSale(organiser, 2);
    await openRoom(organiser, eventId);
    const session = await enter(anyone, 'once', eventId);
    const [mine = 0, other = 0] = seatIds;
    const keyed = { 'idempotency-key': 'once-1' };
    const first = bodyOf(await tryHold(anyone, 'once', eventId, [mine], { ...session, ...keyed }), 201);
    const again = await tryHold(anyone, 'once', eventId, [mine], keyed);
    expect(bodyOf(again, 201)).toEqual(first);
    expectRefusal(await tryHold(anyone, 'once', eventId, [other], { 'idempotency-key': 'once-2' }), required);
    expect((await tryHold(anyone, 'once', eventId, [other], keyed)).body).toMatchObject({
      code: 'IDEMPOTENCY_MISMATCH',
    });
  });

  it('takes the session from the cookie that entering sets', async () => {
    const { eventId, seatIds } = await gatedSale(organiser, 1);
    await openRoom(organiser, eventId);
    await join(anyone, 'cookie', eventId);
    const entered = await tryEnter(anyone, 'cookie', eventId, await called(anyone, 'cookie', eventId));
    const cookie = entered.headers['set-cookie'] as string;
    expect(cookie).toMatch(/^sale_session=[\w.-]+; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/);
    const sent = { cookie: `theme=dark; ${cookie.split(';')[0]}` };
    bodyOf(await tryHold(anyone, 'cookie', eventId, seatIds, sent), 201);
  });

  it('refuses sessions that are forged, of another person, of another event, or no session at all', async () => {
    const { eventId, seatIds } = await gatedSale(organiser, 2);
    const other = await gatedSale(organiser, 2);
    for (const { eventId: id } of [{ eventId }, other]) await openRoom(organiser, id);
    const mine = (await enter(anyone, 'mine', eventId))['x-sale-session'] as string;
    const foreign = (await enter(anyone, 'mine', other.eventId))['x-sale-session'] as string;
    await join(anyone, 'entry', eventId);
    const entry = await called(anyone, 'entry', eventId);
    const [head, payload, mac] = mine.split('.') as [string, string, string];
    const raised = Buffer.from(payload, 'base64url').toString().replace('"normal"', '"high"');
    const none = Buffer.from('{"alg":"none","typ":"JWT","kid":"kept"}').toString('base64url');
    const forged = [
      `${head}.${Buffer.from(raised).toString('base64url')}.${mac}`,
      `${none}.${payload}.`,
      `${head}.${payload}.${mac.slice(0, -2)}AA`,
      'x'.repeat(5_000),
      foreign,
    ];
    for (const session of forged) {
      const hold = await tryHold(anyone, 'mine', eventId, seatIds, { 'x-sale-session': session });
      expectRefusal(hold, invalid);
    }
    expectRefusal(await tryHold(anyone, 'thief', eventId, seatIds, { 'x-sale-session': mine }), invalid);
    expectRefusal(await tryHold(anyone, 'entry', eventId, seatIds, { 'x-sale-session': entry }), invalid);
    bodyOf(await tryHold(anyone, 'mine', eventId, seatIds, { 'x-sale-session': mine }), 201);
  });

  it('ends with leaving, and with being revoked', async () => {
    const { eventId, seatIds } = await gatedSale(organiser, 2);
    await openRoom(organiser, eventId);
    const left = await enter(anyone, 'left', eventId);
    const revoked = await enter(anyone, 'revoked', eventId);
    bodyOf(await tryHold(anyone, 'left', eventId, seatIds.slice(0, 1), left), 201);
    bodyOf(await anyone.as('left').post(`${roomOf(eventId)}/leave`), 204);
    expectRefusal(await tryHold(anyone, 'left', eventId, seatIds, left), invalid);
    bodyOf(await organiser.post(`${roomOf(eventId)}/revoke`, { user_id: 'revoked' }), 204);
    expectRefusal(await tryHold(anyone, 'revoked', eventId, seatIds, revoked), invalid);
    expect(await join(anyone, 'revoked', eventId)).toMatchObject({ status: 'WAITING' });
  });

  it('ends when it passes without a request, and slides with every one', async () => {
    const { eventId, seatIds } = await gatedSale(organiser, 2, { session_seconds: 2 });
    await openRoom(organiser, eventId);
    const session = await enter(anyone, 'slow', eventId);
    const since = performance.now();
    while (performance.now() - since < 3_000) {
      await tryHold(anyone, 'slow', eventId, seatIds, session);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    expect((await tryHold(anyone, 'slow', eventId, seatIds, session)).status).toBe(409);
    await new Promise((resolve) => setTimeout(resolve, 2_600));
    expectRefusal(await tryHold(anyone, 'slow', eventId, seatIds, session), invalid);
  });

  it('opens and shuts with the setting, within a second', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 3 });
    await book(anyone, 'early', eventId, seatIds.slice(0, 1));
    const path = `/api/v1/events/${eventId}`;
    bodyOf(await organiser.patch(path, { admission: { mode: 'waiting_room', rate_per_second: 5 } }));
    expectRefusal(await tryHold(anyone, 'late', eventId, seatIds.slice(1)), required);
    const changed = bodyOf(await organiser.patch<EventView>(path, { admission: { rate_per_second: 7 } }));
    expect(changed.admission).toMatchObject({ mode: 'waiting_room', rate_per_second: 7, active_max: 700 });
    bodyOf(await organiser.patch(path, { admission: { mode: 'open' } }));
    bodyOf(await tryHold(anyone, 'late', eventId, seatIds.slice(1)), 201);
  });
});

describe.concurrent('the line', () => {
  it('gives one place a person, and takes nothing from what a request claims', async () => {
    const { eventId } = await gatedSale(organiser, 1, { active_max: 0 });
    await openRoom(organiser, eventId);
    await join(anyone, 'first', eventId);
    const mine = await join(anyone, 'second', eventId);
    expect(mine).toMatchObject({ status: 'WAITING', lane: 'normal', place: 2, ahead: 1, eta_seconds: null });
    expect(await join(anyone, 'second', eventId)).toMatchObject({ place: 2, ahead: 1 });
    expect(mine.poll_after_ms).toBeGreaterThan(0);
    const pushy = { lane: 'high', priority: 'high' };
    expectRefusal(await anyone.as('pushy').post(`${roomOf(eventId)}/join`, pushy), {
      status: 422,
      code: 'UNKNOWN_FIELD',
    });
  });

  it('is entered once with each call', async () => {
    const { eventId } = await gatedSale(organiser, 1);
    await openRoom(organiser, eventId);
    await join(anyone, 'once', eventId);
    const token = await called(anyone, 'once', eventId);
    expectRefusal(await tryEnter(anyone, 'thief', eventId, token), invalid);
    const tries = await Promise.all([1, 2, 3, 4].map(() => tryEnter(anyone, 'once', eventId, token)));
    expect(tries.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    const again = await tryEnter(anyone, 'once', eventId, token);
    expectRefusal(again, { status: 409, code: 'ADMISSION_USED' });
    const inside = await standing(anyone, 'once', eventId);
    expect(inside.status).toBe('ACTIVE');
    expect(inside.session).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  });

  it('lets in by the rate and the free places, and says which of them binds', async () => {
    const { eventId } = await gatedSale(organiser, 10, { rate_per_second: 4, burst: 1, active_max: 3 });
    await openRoom(organiser, eventId);
    for (let each = 0; each < 5; each++) await join(anyone, `rate ${each}`, eventId);
    const statuses = async () =>
      Promise.all(
        [0, 1, 2, 3, 4].map(async (each) => (await standing(anyone, `rate ${each}`, eventId)).status),
      );
    const ready = ['READY', 'READY', 'READY', 'WAITING', 'WAITING'];
    await eventually(statuses, (found) => found.join() === ready.join());
    const path = `${roomOf(eventId)}/stats`;
    await eventually(async () => bodyOf(await organiser.get<{ binds: string }>(path)).binds, 'active_max');
    expect(bodyOf(await organiser.get<object>(path))).toMatchObject({
      phase: 'open',
      lanes: { normal: { waiting: 2, ready: 3, active: 0, left: 0, admitted_per_minute: 3 } },
      limits: { rate_per_second: 4, active_max: 3 },
    });
    bodyOf(await organiser.patch(`/api/v1/events/${eventId}`, { admission: { active_max: 10 } }));
    await eventually(statuses, (found) => found.every((status) => status === 'READY'));
  });

  it('lets nobody stand before an empty stall', async () => {
    const { eventId, seatIds } = await gatedSale(organiser, 2);
    await openRoom(organiser, eventId);
    for (const who of ['a', 'b', 'c']) await join(anyone, who, eventId);
    const session = {
      'x-sale-session': bodyOf(await tryEnter(anyone, 'a', eventId, await called(anyone, 'a', eventId)), 201)
        .session,
    };
    await called(anyone, 'b', eventId);
    bodyOf(await tryHold(anyone, 'a', eventId, seatIds.slice(0, 1), session), 201);
    const stats = async () =>
      bodyOf(await organiser.get<{ binds: string }>(`${roomOf(eventId)}/stats`)).binds;
    await eventually(stats, 'inventory');
    expect((await standing(anyone, 'c', eventId)).status).toBe('WAITING');
    bodyOf(await anyone.as('b').post(`${roomOf(eventId)}/leave`), 204);
    await called(anyone, 'c', eventId);
  });

  it('is full at its limit, and closed when it is closed', async () => {
    const { eventId } = await gatedSale(organiser, 1, { queue_max: 1 });
    await join(anyone, 'in', eventId);
    const full = await tryJoin(anyone, 'out', eventId);
    expect(expectRefusal(full, { status: 429, code: 'ROOM_FULL' }).status).toBe('REJECTED');
    expect(Number(full.headers['retry-after'])).toBeGreaterThan(0);
    bodyOf(await organiser.post(`${roomOf(eventId)}/close`));
    const closed = await tryJoin(anyone, 'out', eventId);
    expect(expectRefusal(closed, { status: 410, code: 'ROOM_CLOSED' }).status).toBe('CLOSED');
  });

  it('obeys its organiser, and nobody else', async () => {
    const { eventId } = await gatedSale(organiser, 1, { active_max: 0 });
    for (const [move, phase] of [
      ['open', 'open'],
      ['pause', 'paused'],
      ['resume', 'open'],
      ['drain', 'drained'],
      ['close', 'closed'],
    ]) {
      const path = `${roomOf(eventId)}/${move}`;
      expectRefusal(await anyone.post(path), { status: 401, code: 'IDENTITY_REQUIRED' });
      expectRefusal(await anyone.as('somebody').post(path), { status: 403, code: 'ORGANISER_ONLY' });
      expect(bodyOf(await organiser.post(path))).toMatchObject({
        phase,
        mode: 'waiting_room',
        active_max: 0,
      });
    }
    const pause = await organiser.post(`${roomOf(eventId)}/pause`);
    expectRefusal(pause, { status: 409, code: 'ROOM_MOVE_ILLEGAL' });
  });

  it('answers honestly where there is none', async () => {
    const { eventId } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    expectRefusal(await tryJoin(anyone, 'ann', eventId), { status: 404, code: 'NO_WAITING_ROOM' });
    expectRefusal(await tryJoin(anyone, 'ann', 987_654), { status: 404, code: 'EVENT_NOT_FOUND' });
    const gated = await gatedSale(organiser, 1);
    const status = `${roomOf(gated.eventId)}/status`;
    expectRefusal(await anyone.as('stranger').get(status), { status: 404, code: 'NOT_IN_LINE' });
    expectRefusal(await anyone.get(status), { status: 401, code: 'IDENTITY_REQUIRED' });
  });

  it('takes no settings that make no sense', async () => {
    const { event_id } = bodyOf(
      await organiser.post<EventView>('/api/v1/events', {
        event_name: 'Odd',
        event_date: '2027-12-24T19:00:00',
        total_seats: 1,
      }),
      201,
    );
    const odd = [
      { mode: 'sometimes' },
      { rate_per_second: -1 },
      { burst: 0 },
      { active_max: 1.5 },
      { session_seconds: 0 },
      { lanes: { vip: { weight: 1 } } },
      { lanes: { high: { weight: 0 } } },
      { when_lost: 'maybe' },
      { opens_at: 'tomorrow' },
      { rate: 5 },
      {},
    ];
    for (const admission of odd) {
      const answer = await organiser.patch(`/api/v1/events/${event_id}`, { admission });
      expect(answer.status, JSON.stringify(admission)).toBe(422);
    }
  });
});
