import { describe, expect, it } from 'vitest';
import type { ConcertView, OptionView, SeatReservationView } from '../../../src/contract/concerts.ts';
import { bodyOf } from '../client.ts';
import { eventually } from '../eventually.ts';
import { openSale, statusOfSeat, tryHold as tryHoldInV1 } from '../sale.ts';
import { sharedProgram } from '../shared-program.ts';
import {
  expectConcertsRefusal,
  freeSeats,
  makeUser,
  reserve,
  setup,
  trySetup,
  WAYS,
} from './concerts-client.ts';

const { anyone, organiser } = sharedProgram({ SHED_DELAY_MS: '0' });

describe('users', () => {
  it('are made, looked at and ended; a name is one user’s', async () => {
    const username = `minji ${process.pid}`;
    const made = await anyone.post<{ id: number }>('/api/users', { username });
    const { id } = bodyOf(made);
    expect(made.body).toEqual({ id, username, tier: 'BASIC' });
    expect(made.text).toMatch(/^\{"id":\d+,"username":"/);
    expect(bodyOf(await anyone.get(`/api/users/${id}`))).toEqual(made.body);
    expectConcertsRefusal(await anyone.post('/api/users', { username: ` ${username} ` }), {
      status: 409,
      code: 'USERNAME_TAKEN',
      path: '/api/users',
      message: 'Username already exists',
    });
    const ended = await anyone.delete(`/api/users/${id}`);
    expect([ended.status, ended.text]).toEqual([204, '']);
    for (const answer of [await anyone.get(`/api/users/${id}`), await anyone.delete(`/api/users/${id}`)])
      expectConcertsRefusal(answer, { status: 404, code: 'USER_NOT_FOUND', path: `/api/users/${id}` });
    expect((await anyone.post('/api/users', { username })).status).toBe(200);
  });

  it('have a tier', async () => {
    const body = { username: `vip ${process.pid}`, tier: 'VIP' };
    expect(bodyOf(await anyone.post('/api/users', body))).toMatchObject({ tier: 'VIP' });
  });

  it.each([{}, { username: '' }, { username: '  ' }, { username: 7 }, { username: 'a', tier: 'GOLD' }])(
    '%j makes none',
    async (body) => {
      expectConcertsRefusal(await anyone.post('/api/users', body), {
        status: 422,
        code: 'VALIDATION_FAILED',
        path: '/api/users',
      });
    },
  );

  it('a field that nobody knows is named', async () => {
    const answer = await anyone.post('/api/users', { username: 'a', role: 'admin' });
    expectConcertsRefusal(answer, { status: 422, code: 'UNKNOWN_FIELD' });
  });

  it('the same Idempotency-Key makes one user', async () => {
    const body = { username: `once ${process.pid}` };
    const key = { 'idempotency-key': `user ${process.pid}` };
    const first = await anyone.post('/api/users', body, key);
    const second = await anyone.post('/api/users', body, key);
    expect([second.status, second.text]).toEqual([first.status, first.text]);
  });
});

describe('concerts', () => {
  it('are set up in one request, with exactly this text, and listed newest last', async () => {
    const first = await setup(anyone, { title: 'First' });
    const second = await setup(anyone, { title: 'Second', agencyName: undefined, entertainmentName: 'E' });
    const list = bodyOf(await anyone.get<ConcertView[]>('/api/concerts'));
    expect(list.slice(-2)).toEqual([
      { id: first.concertId, title: 'First', artistName: 'Onrush', agencyName: 'House' },
      { id: second.concertId, title: 'Second', artistName: 'Onrush', agencyName: 'E' },
    ]);
    const answer = await trySetup(anyone);
    expect(answer.headers['content-type']).toMatch(/^text\/plain/);
    expect(answer.text).toMatch(/^Setup completed: ConcertID=\d+, OptionID=\d+$/);
  });

  it('options are a day apart, and their seats are called row by row', async () => {
    const { concertId, optionId } = await setup(anyone, { optionCount: 2, seatCount: 11 });
    const options = bodyOf(await anyone.get<OptionView[]>(`/api/concerts/${concertId}/options`));
    expect(options).toEqual([
      { id: optionId, concertDate: '2027-03-01T18:00:00' },
      { id: optionId + 1, concertDate: '2027-03-02T18:00:00' },
    ]);
    const { text, headers } = await anyone.get(`/api/concerts/options/${optionId + 1}/seats`);
    expect(headers['content-type']).toMatch(/^application\/json/);
    expect(text).toMatch(/^\[(\{"id":\d+,"seatNumber":"[A-Z]-\d+","status":"AVAILABLE"\},?){11}\]$/);
    expect(text).toContain('"seatNumber":"B-1"');
  });

  it('everything that seed 004’s clients tell of a concert is taken', async () => {
    const told = {
      artistDisplayName: 'A',
      artistGenre: 'K-POP',
      artistDebutDate: '2018-03-25',
      agencyCountryCode: 'KR',
      agencyHomepageUrl: 'https://a.example',
      entertainmentCountryCode: 'KR',
      entertainmentHomepageUrl: 'https://e.example',
      promoterName: 'P',
      promoterCountryCode: 'KR',
      promoterHomepageUrl: 'https://p.example',
      venueName: 'Dome',
      venueCity: 'Seoul',
      venueCountryCode: 'KR',
      venueAddress: 'Street 1',
      youtubeVideoUrl: 'https://video.example',
    };
    expect((await trySetup(anyone, told)).status).toBe(200);
  });

  it.each([
    { title: '' },
    { title: undefined },
    { artistName: undefined },
    { agencyName: undefined },
    { concertDate: 'tomorrow' },
    { seatCount: 0 },
    { seatCount: 1.5 },
    { seatCount: '12' },
    { optionCount: 0 },
  ])('%j sets none up', async (more) => {
    const before = (await anyone.get('/api/concerts')).text;
    expectConcertsRefusal(await trySetup(anyone, more), {
      status: 422,
      code: 'VALIDATION_FAILED',
      path: '/api/concerts/setup',
    });
    expect((await anyone.get('/api/concerts')).text).toBe(before);
  });

  it('more seats than the house can make at once are too many', async () => {
    const answer = await trySetup(anyone, { seatCount: 50_001, optionCount: 2 });
    expectConcertsRefusal(answer, { status: 422, code: 'HALL_FULL' });
  });

  it('are cleaned up with exactly this text, and are gone', async () => {
    const { concertId, optionId, seatIds } = await setup(anyone);
    const userId = await makeUser(anyone);
    const cleaned = await anyone.delete(`/api/concerts/cleanup/${concertId}`);
    expect([cleaned.status, cleaned.text]).toEqual([200, `Cleanup completed for ConcertID: ${concertId}`]);
    expect((await anyone.get('/api/concerts')).text).not.toContain(`"id":${concertId},`);
    const gone: [string, string][] = [
      [`/api/concerts/${concertId}/options`, 'SERIES_NOT_FOUND'],
      [`/api/concerts/options/${optionId}/seats`, 'EVENT_NOT_FOUND'],
      [`/api/concerts/${concertId}/sales-policy`, 'SERIES_NOT_FOUND'],
    ];
    for (const [path, code] of gone)
      expectConcertsRefusal(await anyone.get(path), { status: 404, code, path });
    expectConcertsRefusal(await anyone.delete(`/api/concerts/cleanup/${concertId}`), {
      status: 404,
      code: 'SERIES_NOT_FOUND',
    });
    expectConcertsRefusal(await reserve(anyone, userId, seatIds[0] as number), {
      status: 409,
      code: 'SALE_NOT_OPEN',
    });
  });

  it.each(['/api/concerts/x/options', '/api/concerts/options/x/seats', '/api/concerts/-1/sales-policy'])(
    '%s names nothing',
    async (path) => {
      expectConcertsRefusal(await anyone.get(path), { status: 422, code: 'VALIDATION_FAILED', path });
    },
  );

  it('other methods are told which ones there are', async () => {
    const answer = await anyone.post('/api/concerts', {});
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD']);
  });
});

describe.each(WAYS)('a reservation by %s', (way) => {
  it('takes the seat for the user, whom nobody else can take it from', async () => {
    const { seatIds, optionId } = await setup(anyone);
    const [userId, other] = [await makeUser(anyone), await makeUser(anyone)];
    const [seatId = 0] = seatIds;
    const answer = await reserve(anyone, userId, seatId, { way });
    const { id, reservationTime } = bodyOf(answer);
    expect(answer.text).toBe(
      `{"id":${id},"userId":${userId},"seatId":${seatId},"reservationTime":"${reservationTime}"}`,
    );
    expect(reservationTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
    expectConcertsRefusal(await reserve(anyone, other, seatId, { way }), {
      status: 409,
      code: 'SEATS_TAKEN',
      path: `/api/reservations/${way}`,
    });
    expect((await freeSeats(anyone, optionId)).map((seat) => seat.id)).toEqual(seatIds.slice(1));
  });

  it('holds on an event of another face, too', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 2 });
    const userId = await makeUser(anyone);
    bodyOf(await reserve(anyone, userId, seatIds[0] as number, { way }));
    expect(await statusOfSeat(anyone, seatIds[0] as number)).toBe('RESERVED');
    expect((await tryHoldInV1(anyone, 'somebody', eventId, seatIds.slice(0, 1))).status).toBe(409);
  });

  it.each([
    [{}, 422, 'VALIDATION_FAILED'],
    [{ userId: 1 }, 422, 'VALIDATION_FAILED'],
    [{ seatId: 1 }, 422, 'VALIDATION_FAILED'],
    [{ userId: 'x', seatId: 1 }, 422, 'VALIDATION_FAILED'],
    [{ userId: 1, seatId: null }, 422, 'VALIDATION_FAILED'],
    [{ userId: 0, seatId: 1 }, 422, 'VALIDATION_FAILED'],
    [{ userId: 1, seatId: 1, price: 1 }, 422, 'UNKNOWN_FIELD'],
    [{ userId: 1, seatId: 999_999_999 }, 404, 'SEAT_NOT_FOUND'],
  ])('%j reserves nothing', async (body, status, code) => {
    const path = `/api/reservations/${way}`;
    expectConcertsRefusal(await anyone.post(path, body), { status, code, path });
  });

  it('with the same Idempotency-Key is one reservation, answered byte for byte', async () => {
    const { seatIds } = await setup(anyone);
    const userId = await makeUser(anyone);
    const headers = { 'idempotency-key': `${way} ${userId}` };
    const [first, second] = [
      await reserve(anyone, userId, seatIds[0] as number, { way, headers }),
      await reserve(anyone, userId, seatIds[0] as number, { way, headers }),
    ];
    expect([first.status, second.status, second.text]).toEqual([200, 200, first.text]);
    const other = await reserve(anyone, userId, seatIds[1] as number, { way, headers });
    expectConcertsRefusal(other, { status: 422, code: 'IDEMPOTENCY_MISMATCH' });
  });
});

describe('a user’s reservations', () => {
  it('are those that he has, oldest first', async () => {
    const { seatIds } = await setup(anyone);
    const [a = 0, b = 0, c = 0] = seatIds;
    const userId = await makeUser(anyone);
    const made: SeatReservationView[] = [];
    for (const seatId of [a, b, c]) made.push(bodyOf(await reserve(anyone, userId, seatId)));
    await anyone.delete(`/api/reservations/${made[1]?.id}`);
    const list = await anyone.get(`/api/reservations/users/${userId}`);
    expect(bodyOf(list)).toEqual([made[0], made[2]]);
    expect(bodyOf(await anyone.get(`/api/reservations/users/${await makeUser(anyone)}`))).toEqual([]);
    expectConcertsRefusal(await anyone.as('77').get(`/api/reservations/users/${userId}`), {
      status: 403,
      code: 'USER_MISMATCH',
    });
  });

  it('are deleted by whoever has them, and on loopback by a client that does not say who it is', async () => {
    const { seatIds, optionId } = await setup(anyone);
    const userId = await makeUser(anyone);
    for (const client of [anyone, anyone.as(String(userId))]) {
      const { id } = bodyOf(await reserve(anyone, userId, seatIds[0] as number));
      expectConcertsRefusal(await anyone.as('stranger').delete(`/api/reservations/${id}`), {
        status: 404,
        code: 'RESERVATION_NOT_FOUND',
        path: `/api/reservations/${id}`,
      });
      const gone = await client.delete(`/api/reservations/${id}`);
      expect([gone.status, gone.text]).toEqual([204, '']);
      expect(await freeSeats(anyone, optionId)).toHaveLength(seatIds.length);
      expectConcertsRefusal(await client.delete(`/api/reservations/${id}`), {
        status: 409,
        code: 'RESERVATION_MOVE_ILLEGAL',
      });
    }
    expectConcertsRefusal(await anyone.delete('/api/reservations/999999999'), {
      status: 404,
      code: 'RESERVATION_NOT_FOUND',
    });
  });
});

describe('the gate', () => {
  it('is closed to a user who says who he is in User-Id and was not let in', async () => {
    const { seatIds } = await setup(anyone);
    const userId = await makeUser(anyone);
    const headers = { 'user-id': String(userId) };
    const answers = [
      await reserve(anyone, userId, seatIds[0] as number, { headers }),
      await anyone.get(`/api/reservations/users/${userId}`, headers),
      await anyone.get(`/api/reservations/v4/status?userId=${userId}&seatId=1`, headers),
      await anyone.post('/api/reservations/v6/holds', { userId, seatId: seatIds[0] }, headers),
      await anyone.delete('/api/reservations/1', headers),
    ];
    for (const answer of answers) {
      expectConcertsRefusal(answer, {
        status: 403,
        code: 'NOT_ACTIVE',
        message: 'Not an active user in waiting queue',
      });
      expect(answer.body).toMatchObject({ error: 'Forbidden' });
    }
  });

  it('a header that names another user than the request does is no identity', async () => {
    const answer = await reserve(anyone, 1, 1, { headers: { 'user-id': '2' } });
    expectConcertsRefusal(answer, { status: 403, code: 'USER_MISMATCH' });
  });
});

it('a seat that was sold through another face is not shown as free for longer than a second', async () => {
  const { optionId, seatIds } = await setup(anyone);
  await freeSeats(anyone, optionId);
  expect((await tryHoldInV1(anyone, 'ann', optionId, seatIds.slice(0, 1))).status).toBe(201);
  const ids = async () => (await freeSeats(anyone, optionId)).map(({ id }) => id);
  await eventually(ids, (free) => !free.includes(seatIds[0] as number));
});
