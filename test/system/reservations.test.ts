import { describe, expect, it } from 'vitest';
import type { ReservationView } from '../../src/contract/reservation.ts';
import { type Answer, bodyOf, expectRefusal } from './client.ts';
import { createEvent, DATE_TIME, hold, openSale, secondsOf, statusOfSeat, tryHold } from './sale.ts';
import { sharedProgram } from './shared-program.ts';

const { anyone, organiser } = sharedProgram();

const KEYS = [
  ...['reservation_id', 'event_id', 'user_id', 'session_id', 'expires_at', 'status', 'created_at', 'seats'],
].sort();

const idsOf = (held: { reservations: ReservationView[] }) =>
  held.reservations.map((reservation) => reservation.reservation_id);

describe('POST /api/v1/reservations', () => {
  it('holds each seat in a reservation of its own, all until the same moment', async () => {
    const { eventId, seats, seatIds } = await openSale(organiser, {
      rows: 1,
      seatsInRow: 3,
      price: '100.55',
    });
    const body = { event_id: eventId, seat_ids: seatIds, user_id: 'ann', session_id: 's1' };
    const held = bodyOf(await anyone.as('ann').post<Held>('/api/v1/reservations', body), 201);
    expect(Object.keys(held).sort()).toEqual(['expires_at', 'reservations', 'total_amount']);
    expect(held.total_amount).toBe(301.65);
    expect(held.reservations).toHaveLength(3);
    for (const [index, reservation] of held.reservations.entries()) {
      expect(Object.keys(reservation).sort()).toEqual(KEYS);
      expect(reservation).toMatchObject({
        event_id: eventId,
        user_id: 'ann',
        session_id: 's1',
        status: 'ACTIVE',
        expires_at: held.expires_at,
      });
      expect(reservation.created_at).toMatch(DATE_TIME);
      expect(secondsOf(held.expires_at) - secondsOf(reservation.created_at)).toBe(600);
      expect(reservation.seats).toEqual([
        { ...seats[index], status: 'RESERVED', reserved_until: held.expires_at },
      ]);
    }
    expect(new Set(idsOf(held)).size).toBe(3);
  });
  type Held = Awaited<ReturnType<typeof hold>>;

  it('asks who it is, and that it is himself', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const body = { event_id: eventId, seat_ids: seatIds, user_id: 'ann' };
    expectRefusal(await anyone.post('/api/v1/reservations', body), {
      status: 401,
      code: 'IDENTITY_REQUIRED',
      message: 'X-User-ID header is required',
    });
    expectRefusal(await anyone.as('bob').post('/api/v1/reservations', body), {
      status: 403,
      code: 'USER_MISMATCH',
      message: 'The user named in the request is not the one who sends it',
    });
    expect(await statusOfSeat(anyone, seatIds[0] as number)).toBe('AVAILABLE');
  });

  it('takes all of the seats or none, and names those that are gone', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 12 });
    await hold(anyone, 'ann', eventId, [seatIds[9] as number, seatIds[10] as number]);
    expectRefusal(await tryHold(anyone, 'bob', eventId, seatIds.slice(8, 12)), {
      status: 409,
      code: 'SEATS_TAKEN',
      message: 'Seats not available: A10, A11',
    });
    expect(await statusOfSeat(anyone, seatIds[8] as number)).toBe('AVAILABLE');
    expect(await statusOfSeat(anyone, seatIds[11] as number)).toBe('AVAILABLE');
  });

  it('refuses what cannot be held', async () => {
    const here = await openSale(organiser, { rows: 2, seatsInRow: 12 });
    const there = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const ask = (seatIds: readonly number[], eventId = here.eventId) =>
      tryHold(anyone, 'ann', eventId, seatIds);
    const [first] = here.seatIds as [number];
    const foreign = there.seatIds[0] as number;
    const cases: [Answer, number, string, string][] = [
      [await ask([first], 999_999_999), 404, 'EVENT_NOT_FOUND', 'Event not found'],
      [await ask([first, 999_999_999]), 409, 'SEATS_UNKNOWN', 'One or more seats not found'],
      [
        await ask([first, foreign]),
        409,
        'SEAT_OF_OTHER_EVENT',
        `Seat ${foreign} does not belong to event ${here.eventId}`,
      ],
      [await ask([first, first]), 422, 'DUPLICATE_SEAT_IDS', 'A seat is named more than once'],
      [
        await ask(here.seatIds.slice(0, 11)),
        422,
        'TOO_MANY_SEATS',
        'At most 10 seats can be reserved at once',
      ],
      [await ask([]), 422, 'VALIDATION_FAILED', 'The request has invalid values'],
      [await ask(['1' as unknown as number]), 422, 'VALIDATION_FAILED', 'The request has invalid values'],
    ];
    for (const [answer, status, code, message] of cases) expectRefusal(answer, { status, code, message });
    expect(await statusOfSeat(anyone, first)).toBe('AVAILABLE');
  });

  it('speaks Korean to who prefers it', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    await hold(anyone, 'ann', eventId, seatIds);
    const ask = (language: string) =>
      tryHold(anyone, 'bob', eventId, seatIds, { 'accept-language': language });
    const korean = { status: 409, code: 'SEATS_TAKEN', message: '선택할 수 없는 좌석입니다: A1' };
    expectRefusal(await ask('ko'), korean);
    expectRefusal(await ask('ko-KR,ko;q=0.9,en;q=0.8'), korean);
    expectRefusal(await ask('en-US,en;q=0.9,ko;q=0.8'), {
      ...korean,
      message: 'Seats not available: A1',
    });
    expectRefusal(await ask('de'), { ...korean, message: 'Seats not available: A1' });
    const invalid = await anyone.as('bob').post('/api/v1/reservations', {}, { 'accept-language': 'ko' });
    const { detail } = expectRefusal(invalid, {
      status: 422,
      code: 'VALIDATION_FAILED',
      message: '요청에 올바르지 않은 값이 있습니다',
    });
    expect(detail).toContainEqual({ field: 'event_id', message: '필수 항목입니다' });
  });
});

describe('own reservations', () => {
  it('are listed, newest first, active ones unless asked otherwise', async () => {
    const one = await openSale(organiser, { rows: 1, seatsInRow: 4 });
    const two = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const user = 'lister';
    const first = idsOf(await hold(anyone, user, one.eventId, one.seatIds.slice(0, 1)));
    const second = idsOf(await hold(anyone, user, two.eventId, two.seatIds));
    const third = idsOf(await hold(anyone, user, one.eventId, one.seatIds.slice(1, 3)));
    await hold(anyone, 'somebody else', one.eventId, one.seatIds.slice(3));
    bodyOf(await anyone.as(user).delete(`/api/v1/reservations/${first[0]}`));
    const list = async (query: string) =>
      bodyOf(await anyone.as(user).get<ReservationView[]>(`/api/v1/reservations${query}`));

    const active = await list('');
    expect(active.map((each) => each.reservation_id)).toEqual([...third.slice().reverse(), ...second]);
    for (const each of active) expect(Object.keys(each).sort()).toEqual(KEYS);
    expect(await list('?active_only=true')).toEqual(active);
    const all = await list('?active_only=false');
    expect(all.map((each) => each.reservation_id)).toEqual([...third.slice().reverse(), ...second, ...first]);
    expect(all.at(-1)?.status).toBe('CANCELLED');
    const ofTwo = await list(`?event_id=${two.eventId}`);
    expect(ofTwo.map((each) => each.reservation_id)).toEqual(second);
    expectRefusal(await anyone.get('/api/v1/reservations'), { status: 401, code: 'IDENTITY_REQUIRED' });
  });

  it('show one as it stands: held, confirmed by a booking, cancelled', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 2 });
    const [id] = idsOf(await hold(anyone, 'ann', eventId, seatIds.slice(0, 1)));
    const read = async () =>
      bodyOf(await anyone.as('ann').get<ReservationView>(`/api/v1/reservations/${id}`));
    expect(await read()).toMatchObject({ reservation_id: id, status: 'ACTIVE', session_id: null });
    bodyOf(
      await anyone
        .as('ann')
        .post('/api/v1/bookings', { event_id: eventId, user_id: 'ann', seat_ids: seatIds.slice(0, 1) }),
      201,
    );
    expect(await read()).toMatchObject({ status: 'CONFIRMED', seats: [{ status: 'BOOKED' }] });
  });
});

describe('POST /api/v1/reservations/{id}/extend', () => {
  const extend = (user: string, id: number | undefined, body?: unknown) =>
    anyone.as(user).post<ReservationView>(`/api/v1/reservations/${id}/extend`, body);

  it('ends at the later of the old end and now plus the minutes, never earlier, never past the limit', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const held = await hold(anyone, 'ann', eventId, seatIds);
    const [id] = idsOf(held);
    const asHeld = held.reservations[0] as ReservationView;
    const shorter = bodyOf(await extend('ann', id, { additional_minutes: 1 }));
    expect(Object.keys(shorter).sort()).toEqual(KEYS);
    expect(shorter.expires_at).toBe(asHeld.expires_at);
    const standard = bodyOf(await extend('ann', id));
    expect(standard.expires_at).toBe(asHeld.expires_at);
    const longer = bodyOf(await extend('ann', id, { additional_minutes: 15 }));
    // Whole seconds: either end may be cut by one.
    const extendedAt = secondsOf(longer.expires_at) - 900;
    expect(extendedAt).toBeGreaterThanOrEqual(secondsOf(asHeld.created_at));
    expect(extendedAt).toBeLessThanOrEqual(Date.now() / 1000 + 1);
    expect(longer.seats[0]?.reserved_until).toBe(longer.expires_at);
  });

  it('refuses what it cannot extend', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 2 });
    const [id] = idsOf(await hold(anyone, 'ann', eventId, seatIds.slice(0, 1)));
    const missing = { status: 404, code: 'RESERVATION_NOT_FOUND', message: 'Reservation not found' };
    expectRefusal(await extend('bob', id), missing);
    expectRefusal(await extend('ann', 999_999_999), missing);
    for (const additional_minutes of [0, 16, 1.5, '5', null])
      expectRefusal(await extend('ann', id, { additional_minutes }), {
        status: 422,
        code: 'VALIDATION_FAILED',
      });
    const notActive = {
      status: 409,
      code: 'RESERVATION_NOT_ACTIVE',
      message: 'The reservation is not active',
    };
    bodyOf(await anyone.as('ann').delete(`/api/v1/reservations/${id}`));
    expectRefusal(await extend('ann', id), notActive);
    const booked = await hold(anyone, 'ann', eventId, seatIds.slice(1));
    const body = { event_id: eventId, user_id: 'ann', seat_ids: seatIds.slice(1) };
    bodyOf(await anyone.as('ann').post('/api/v1/bookings', body), 201);
    expectRefusal(await extend('ann', idsOf(booked)[0]), notActive);
  });
});

describe('giving reservations back', () => {
  it('one', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const [id] = idsOf(await hold(anyone, 'ann', eventId, seatIds));
    const path = `/api/v1/reservations/${id}`;
    const missing = { status: 404, code: 'RESERVATION_NOT_FOUND', message: 'Reservation not found' };
    expectRefusal(await anyone.as('bob').delete(path), missing);
    expect(await statusOfSeat(anyone, seatIds[0] as number)).toBe('RESERVED');
    expect(bodyOf(await anyone.as('ann').delete(path))).toEqual({
      success: true,
      message: 'Reservation cancelled successfully',
    });
    expect(await statusOfSeat(anyone, seatIds[0] as number)).toBe('AVAILABLE');
    expectRefusal(await anyone.as('ann').delete(path), { status: 409, code: 'RESERVATION_NOT_ACTIVE' });
  });

  it('several: only the own and active ones count', async () => {
    const one = await openSale(organiser, { rows: 1, seatsInRow: 4 });
    const two = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const mine = [
      ...idsOf(await hold(anyone, 'ann', one.eventId, one.seatIds.slice(0, 2))),
      ...idsOf(await hold(anyone, 'ann', two.eventId, two.seatIds)),
    ];
    const foreign = idsOf(await hold(anyone, 'bob', one.eventId, one.seatIds.slice(2, 3)));
    const reservation_ids = [...mine, ...foreign, 999_999_999];
    const batch = () => anyone.as('ann').post('/api/v1/reservations/cancel-batch', { reservation_ids });
    expect(bodyOf(await batch())).toEqual({ cancelled: 3, requested: 5 });
    expect(bodyOf(await batch())).toEqual({ cancelled: 0, requested: 5 });
    expect(await statusOfSeat(anyone, one.seatIds[2] as number)).toBe('RESERVED');
    const none = await anyone.as('ann').post('/api/v1/reservations/cancel-batch', { reservation_ids: [] });
    expectRefusal(none, { status: 422, code: 'VALIDATION_FAILED' });
  });
});

it('an event that nobody has described yet has nothing to hold', async () => {
  const { event_id } = await createEvent(organiser);
  bodyOf(await organiser.post(`/api/v1/events/${event_id}/start-sale`));
  expectRefusal(await tryHold(anyone, 'ann', event_id, [1]), { status: 409, code: 'SEAT_OF_OTHER_EVENT' });
});
