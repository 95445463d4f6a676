import { describe, expect, it } from 'vitest';
import type { AuditView, LifecycleView, SalesPolicyInput } from '../../../src/contract/concerts.ts';
import { audited } from '../audited.ts';
import { bodyOf } from '../client.ts';
import { eventually } from '../eventually.ts';
import { hold as holdInV1, statusOfSeat, tryHold as tryHoldInV1 } from '../sale.ts';
import { sharedProgram } from '../shared-program.ts';
import {
  buy,
  expectConcertsRefusal,
  freeSeats,
  hold,
  join,
  makeUser,
  move,
  put,
  reserve,
  setup,
  standing,
  tryHold,
} from './concerts-client.ts';

// Nobody is let in by time while these tests run.
const { anyone, program } = sharedProgram({ SHED_DELAY_MS: '0', CONCERT_ADMIT_SECONDS: '3600' });

const see = async (id: number, userId: number) =>
  bodyOf(await anyone.get<LifecycleView>(`/api/reservations/v6/${id}?userId=${userId}`));
const MOVES = ['paying', 'confirm', 'cancel', 'refund'] as const;

describe('the lifecycle', () => {
  it('goes from hold to refund, and says when', async () => {
    const { seatIds, optionId } = await setup(anyone);
    const [userId, [seatId = 0]] = [await makeUser(anyone), seatIds];
    const held = await hold(anyone, userId, seatId);
    const { id } = held;
    expect(held).toMatchObject({ userId, seatId, status: 'HOLD', confirmedAt: null });
    expect(Date.parse(held.holdExpiresAt) - Date.parse(held.reservedAt)).toBe(300_000);
    expect(await freeSeats(anyone, optionId)).toHaveLength(seatIds.length - 1);
    expect(await see(id, userId)).toEqual(held);

    const paying = bodyOf(await move(anyone, id, 'paying', { userId, paymentMethod: 'CARD' }));
    expect(paying).toMatchObject({ id, status: 'PAYING', paymentMethod: 'CARD' });
    // Until then he may pay, and not a moment longer.
    const deadline = async () => {
      const bookings = await anyone
        .as(String(userId))
        .get<{ payment_deadline: string }[]>('/api/v1/bookings');
      return bodyOf(bookings)[0]?.payment_deadline;
    };
    expect(paying.holdExpiresAt).toBe(await deadline());
    const confirmed = bodyOf(await move(anyone, id, 'confirm', { userId, paymentMethod: 'CARD' }));
    expect(confirmed).toMatchObject({ id, status: 'CONFIRMED', cancelledAt: null });
    expect(confirmed.confirmedAt).not.toBeNull();
    expect(await statusOfSeat(anyone, seatId)).toBe('BOOKED');

    const cancelled = bodyOf(await move(anyone, id, 'cancel', { userId }));
    expect(cancelled).toMatchObject({ id, status: 'CANCELLED', resaleActivatedUserIds: [] });
    expect(cancelled.cancelledAt).not.toBeNull();
    expect(await freeSeats(anyone, optionId)).toHaveLength(seatIds.length);
    const refunded = bodyOf(await move(anyone, id, 'refund', { userId }));
    expect(refunded).toMatchObject({ id, status: 'REFUNDED' });
    expect(refunded.refundedAt).not.toBeNull();
    expect((await see(id, userId)).status).toBe('REFUNDED');
  });

  it('a hold is given back', async () => {
    const { seatIds } = await setup(anyone);
    const userId = await makeUser(anyone);
    const { id } = await hold(anyone, userId, seatIds[0] as number);
    expect(bodyOf(await move(anyone, id, 'cancel', { userId }))).toMatchObject({ status: 'CANCELLED' });
    expect((await see(id, userId)).status).toBe('CANCELLED');
  });

  it('every other move is 409, and changes nothing', async () => {
    const { seatIds } = await setup(anyone);
    const [userId, [seatId = 0]] = [await makeUser(anyone), seatIds];
    const { id } = await hold(anyone, userId, seatId);
    const expectOnly = async (status: string, legal: readonly string[]) => {
      for (const to of MOVES.filter((each) => !legal.includes(each))) {
        expectConcertsRefusal(await move(anyone, id, to, { userId }), {
          status: 409,
          code: 'RESERVATION_MOVE_ILLEGAL',
          path: `/api/reservations/v6/${id}/${to}`,
        });
        expect((await see(id, userId)).status).toBe(status);
      }
    };
    await expectOnly('HOLD', ['paying', 'cancel']);
    bodyOf(await move(anyone, id, 'paying', { userId }));
    await expectOnly('PAYING', ['confirm']);
    bodyOf(await move(anyone, id, 'confirm', { userId }));
    await expectOnly('CONFIRMED', ['cancel']);
    bodyOf(await move(anyone, id, 'cancel', { userId }));
    await expectOnly('REFUNDED', ['refund']);
  });

  it('somebody else’s reservation is like none', async () => {
    const { seatIds } = await setup(anyone);
    const [userId, other] = [await makeUser(anyone), await makeUser(anyone)];
    const { id } = await hold(anyone, userId, seatIds[0] as number);
    const none = { status: 404, code: 'RESERVATION_NOT_FOUND' };
    for (const to of MOVES) expectConcertsRefusal(await move(anyone, id, to, { userId: other }), none);
    expectConcertsRefusal(await anyone.get(`/api/reservations/v6/${id}?userId=${other}`), none);
    expectConcertsRefusal(await anyone.get(`/api/reservations/v6/999999999?userId=${other}`), none);
    expect((await see(id, userId)).status).toBe('HOLD');
  });

  it.each<[object, number, string]>([
    [{ userId: 'x' }, 422, 'VALIDATION_FAILED'],
    [{ userId: 1, status: 'CONFIRMED' }, 422, 'UNKNOWN_FIELD'],
    [{}, 401, 'IDENTITY_REQUIRED'],
  ])('%j moves nothing', async (body, status, code) => {
    for (const to of MOVES) expectConcertsRefusal(await move(anyone, 1, to, body), { status, code });
  });

  it('a reservation of v1 is paid for as well', async () => {
    const { seatIds } = await setup(anyone);
    const userId = await makeUser(anyone);
    const { id } = bodyOf(await reserve(anyone, userId, seatIds[0] as number));
    bodyOf(await move(anyone, id, 'paying', { userId }));
    expect(bodyOf(await move(anyone, id, 'confirm', { userId })).status).toBe('CONFIRMED');
  });

  it('each step with an Idempotency-Key is done once, and answered byte for byte', async () => {
    const { seatIds, concertId } = await setup(anyone);
    const [userId, ann, ben] = [await makeUser(anyone), await makeUser(anyone), await makeUser(anyone)];
    for (const waiting of [ann, ben]) bodyOf(await join(anyone, waiting, concertId));
    const { id } = await hold(anyone, userId, seatIds[0] as number);
    for (const to of ['paying', 'confirm', 'cancel', 'refund'] as const) {
      const key = { 'idempotency-key': `${to} ${id}` };
      const first = await move(anyone, id, to, { userId }, key);
      const second = await move(anyone, id, to, { userId }, key);
      expect([first.status, second.status, second.text]).toEqual([200, 200, first.text]);
      if (to === 'cancel') expect(first.body.resaleActivatedUserIds).toEqual([ann]);
    }
    expect((await standing(anyone, ben, concertId)).status).toBe('WAITING');
  });

  it('a seat that comes back awaits the next in line, who is let in', async () => {
    const { seatIds, concertId } = await setup(anyone);
    const [owner, waiting] = [await makeUser(anyone), await makeUser(anyone)];
    expect(bodyOf(await join(anyone, waiting, concertId))).toMatchObject({ status: 'WAITING', rank: 1 });
    const { id } = await buy(anyone, owner, seatIds[0] as number);
    const answer = await move(anyone, id, 'cancel', { userId: owner });
    expect(answer.text).toContain(`"resaleActivatedUserIds":[${waiting}]`);
    expect(await standing(anyone, waiting, concertId)).toMatchObject({ status: 'ACTIVE', rank: 0 });
    const headers = { 'user-id': String(waiting) };
    expect((await reserve(anyone, waiting, seatIds[0] as number, { headers })).status).toBe(200);
  });
});

describe('a sales policy', () => {
  const policy: SalesPolicyInput = {
    presaleStartAt: '2000-01-01T00:00:00',
    presaleEndAt: '2099-01-01T00:00:00',
    presaleMinimumTier: 'VIP',
    generalSaleStartAt: '2099-01-01T00:00:00',
    maxReservationsPerUser: 1,
  };
  const path = (concertId: number) => `/api/concerts/${concertId}/sales-policy`;

  it('is shown as it was put, and there is none before', async () => {
    const { concertId } = await setup(anyone);
    expectConcertsRefusal(await anyone.get(path(concertId)), {
      status: 404,
      code: 'SALES_POLICY_NOT_FOUND',
    });
    const answer = await put(program, path(concertId), policy);
    expect(answer).toEqual({ status: 200, body: { concertId, ...policy } });
    const shown = await anyone.get(path(concertId));
    expect(bodyOf(shown)).toEqual({ concertId, ...policy });
    expect(shown.text).toContain('"presaleMinimumTier":"VIP"');
    expect(shown.text).toContain('"maxReservationsPerUser":1');
    expect((await put(program, path(999_999_999), policy)).body).toMatchObject({ code: 'SERIES_NOT_FOUND' });
  });

  it.each([
    [{ maxReservationsPerUser: 0 }, 'VALIDATION_FAILED'],
    [{ presaleMinimumTier: 'GOLD' }, 'VALIDATION_FAILED'],
    [{ presaleStartAt: 'soon' }, 'VALIDATION_FAILED'],
    [{ presaleEndAt: '1999-01-01T00:00:00' }, 'VALIDATION_FAILED'],
    [{ presaleEndAt: '2100-01-01T00:00:00' }, 'VALIDATION_FAILED'],
    [{ presaleStartAt: null }, 'VALIDATION_FAILED'],
    [{ discount: 5 }, 'UNKNOWN_FIELD'],
  ])('%j makes no sense', async (change, code) => {
    const { concertId } = await setup(anyone);
    const answer = await put(program, path(concertId), { ...policy, ...change });
    expect(answer).toMatchObject({ status: 422, body: { code, status: 422 } });
  });

  it('lets a tier in before the others, and each user to so many seats', async () => {
    const { concertId, seatIds } = await setup(anyone);
    await put(program, path(concertId), policy);
    const [basic, vip] = [await makeUser(anyone), await makeUser(anyone, { tier: 'VIP' })];
    const [first = 0, second = 0] = seatIds;
    expectConcertsRefusal(await tryHold(anyone, basic, first), {
      status: 409,
      code: 'PRESALE_TIER',
      message: 'Presale tier not eligible',
    });
    expect((await hold(anyone, vip, first)).status).toBe('HOLD');
    const over = expectConcertsRefusal(await tryHold(anyone, vip, second), {
      status: 409,
      code: 'SERIES_LIMIT_REACHED',
    });
    expect(over.message).toMatch(/^Per-user reservation limit exceeded/);
  });

  it('binds every face, in all options of the concert', async () => {
    const { concertId, optionId, seatIds } = await setup(anyone, { optionCount: 2 });
    const limit = { ...policy, presaleMinimumTier: 'BASIC' as const };
    await put(program, path(concertId), { ...limit, maxReservationsPerUser: 2 });
    const user = await makeUser(anyone);
    const elsewhere = (await freeSeats(anyone, optionId + 1)).map(({ id }) => id);
    bodyOf(await reserve(anyone, user, seatIds[0] as number));
    await holdInV1(anyone, String(user), optionId + 1, elsewhere.slice(0, 1));
    for (const answer of [
      await tryHoldInV1(anyone, String(user), optionId, seatIds.slice(1, 2)),
      await tryHoldInV1(anyone, String(user), optionId + 1, elsewhere.slice(1, 2)),
    ])
      expect(answer.body, answer.text).toMatchObject({ code: 'SERIES_LIMIT_REACHED' });
  });

  it('what is bought counts, and what was given back does not', async () => {
    const { concertId, seatIds } = await setup(anyone);
    await put(program, path(concertId), { maxReservationsPerUser: 1 });
    const userId = await makeUser(anyone);
    const { id } = await buy(anyone, userId, seatIds[0] as number);
    expectConcertsRefusal(await reserve(anyone, userId, seatIds[1] as number), {
      status: 409,
      code: 'SERIES_LIMIT_REACHED',
    });
    bodyOf(await move(anyone, id, 'cancel', { userId }));
    expect((await reserve(anyone, userId, seatIds[1] as number)).status).toBe(200);
  });

  it.each(['optimistic', 'atomic'])('is not outrun by asking many times at once (%s)', async (strategy) => {
    const { concertId, optionId, seatIds } = await setup(anyone, { optionCount: 2 });
    for (const option of [optionId, optionId + 1])
      bodyOf(await anyone.patch(`/api/v1/events/${option}`, { claim_strategy: strategy }));
    await put(program, path(concertId), { maxReservationsPerUser: 2 });
    const userId = await makeUser(anyone);
    const all = [...seatIds, ...(await freeSeats(anyone, optionId + 1)).map(({ id }) => id)];
    await Promise.all(all.map((seatId) => reserve(anyone, userId, seatId)));
    const live = bodyOf(await anyone.get<unknown[]>(`/api/reservations/users/${userId}`));
    expect(live.length).toBeLessThanOrEqual(2);
    const oneEvent = await setup(anyone);
    await put(program, path(oneEvent.concertId), { maxReservationsPerUser: 2 });
    const other = await makeUser(anyone);
    const answers = await Promise.all(oneEvent.seatIds.map((seatId) => reserve(anyone, other, seatId)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(2);
  });

  it('before anybody may buy the sale is not open', async () => {
    const { concertId, seatIds } = await setup(anyone);
    await put(program, path(concertId), { generalSaleStartAt: '2099-01-01T00:00:00' });
    expectConcertsRefusal(await reserve(anyone, await makeUser(anyone), seatIds[0] as number), {
      status: 409,
      code: 'SALE_NOT_OPEN',
    });
  });
});

describe('the guard against abuse', () => {
  const audit = async (query: string) =>
    bodyOf(await anyone.get<AuditView[]>(`/api/reservations/v6/audit/abuse?${query}`));

  it('lets a user try three times in ten seconds, and counts the tries that failed', async () => {
    const { concertId, seatIds } = await setup(anyone);
    const [userId, other] = [await makeUser(anyone), await makeUser(anyone)];
    bodyOf(await reserve(anyone, other, seatIds[0] as number));
    const statuses = [];
    for (const seatId of [seatIds[0], seatIds[1], seatIds[2], seatIds[3]])
      statuses.push((await tryHold(anyone, userId, seatId as number)).status);
    expect(statuses).toEqual([409, 201, 201, 409]);
    const refused = expectConcertsRefusal(await tryHold(anyone, userId, seatIds[4] as number), {
      status: 409,
      code: 'HOLDS_TOO_FAST',
    });
    expect(refused.message).toMatch(/^Rate limit exceeded/);
    const records = await audit(`userId=${userId}&result=BLOCKED&limit=20`);
    expect(records.map(({ reason, seatId }) => [reason, seatId])).toEqual([
      ['RATE_LIMIT_EXCEEDED', seatIds[4]],
      ['RATE_LIMIT_EXCEEDED', seatIds[3]],
    ]);
    expect(records[0]).toMatchObject({ userId, concertId, action: 'HOLD_CREATE', result: 'BLOCKED' });
  });

  it('takes a request once', async () => {
    const { seatIds } = await setup(anyone);
    const userId = await makeUser(anyone);
    const marks = { requestFingerprint: `r ${userId}`, deviceFingerprint: `d ${userId}` };
    bodyOf(await tryHold(anyone, userId, seatIds[0] as number, marks), 201);
    expectConcertsRefusal(await tryHold(anyone, userId, seatIds[1] as number, marks), {
      status: 409,
      code: 'REQUEST_REPEATED',
      message: 'Duplicate request fingerprint detected',
    });
    expect((await audit(`userId=${userId}`)).map(({ reason, ...rest }) => [reason, rest])).toEqual([
      ['DUPLICATE_REQUEST_FINGERPRINT', expect.objectContaining(marks)],
    ]);
  });

  it('a device is one account’s', async () => {
    const { seatIds } = await setup(anyone);
    const [ann, ben] = [await makeUser(anyone), await makeUser(anyone)];
    const marks = { deviceFingerprint: `device ${ann}` };
    bodyOf(await tryHold(anyone, ann, seatIds[0] as number, marks), 201);
    bodyOf(await tryHold(anyone, ann, seatIds[1] as number, marks), 201);
    expectConcertsRefusal(await tryHold(anyone, ben, seatIds[2] as number, marks), {
      status: 409,
      code: 'DEVICE_SHARED',
      message: 'Device fingerprint used by multiple accounts',
    });
    expect(await audit(`userId=${ben}&reason=DEVICE_FINGERPRINT_MULTI_ACCOUNT`)).toHaveLength(1);
    expect(await audit(`userId=${ben}&reason=RATE_LIMIT_EXCEEDED`)).toEqual([]);
  });

  it('tries at the same time are counted one after the other', async () => {
    const { seatIds } = await setup(anyone);
    const userId = await makeUser(anyone);
    const answers = await Promise.all(seatIds.slice(0, 8).map((seatId) => tryHold(anyone, userId, seatId)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    expect(await audit(`userId=${userId}&limit=50`)).toHaveLength(5);
  });

  it('a keyed request that is sent again is answered, not counted', async () => {
    const { seatIds } = await setup(anyone);
    const userId = await makeUser(anyone);
    const body = { userId, seatId: seatIds[0], requestFingerprint: `keyed ${userId}` };
    const key = { 'idempotency-key': `guarded ${userId}` };
    const texts = [];
    for (let time = 0; time < 5; time++)
      texts.push((await anyone.post('/api/reservations/v6/holds', body, key)).text);
    expect(new Set(texts).size).toBe(1);
    expect(await audit(`userId=${userId}`)).toEqual([]);
  });

  it.each(['limit=0', 'limit=x', 'reason=NONE', 'since=1', 'fromAt=yesterday'])(
    'an audit by %s is 422',
    async (query) => {
      const answer = await anyone.get(`/api/reservations/v6/audit/abuse?${query}`);
      expect(answer.status, answer.text).toBe(422);
    },
  );
});

it('a hold runs out by itself, and leaves a ledger in which every promise is kept', async () => {
  const { seatIds, optionId } = await setup(anyone);
  bodyOf(await anyone.patch(`/api/v1/events/${optionId}`, { hold_seconds: 1 }));
  const userId = await makeUser(anyone);
  const { id } = await hold(anyone, userId, seatIds[0] as number);
  await eventually(async () => (await see(id, userId)).status, 'EXPIRED');
  expect((await see(id, userId)).expiredAt).not.toBeNull();
  expectConcertsRefusal(await move(anyone, id, 'paying', { userId }), {
    status: 409,
    code: 'RESERVATION_MOVE_ILLEGAL',
  });
  expect((await audited(program.dataDir)).faults).toEqual([]);
});
