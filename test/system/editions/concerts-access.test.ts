import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { bodyOf } from '../client.ts';
import { eventually } from '../eventually.ts';
import { sharedProgram } from '../shared-program.ts';
import {
  expectConcertsRefusal,
  freeSeats,
  hold,
  join,
  makeUser,
  put,
  reserve,
  setup,
  standing,
  trySetup,
} from './concerts-client.ts';
import { openStream } from './concerts-stream.ts';

const SECRET = 'a secret of the tests, long enough to be one';
const tokenOf = (userId: number) =>
  new SignJWT({})
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(String(userId))
    .setExpirationTime('5 minutes')
    .sign(new TextEncoder().encode(SECRET));

describe('a User-Id header', () => {
  const { anyone } = sharedProgram({ SHED_DELAY_MS: '0' });

  it('names whom path, query and body name, on every route', async () => {
    const { concertId, seatIds } = await setup(anyone);
    const place = `userId=5&concertId=${concertId}`;
    const other = anyone.with({ 'user-id': '6' });
    for (const answer of [
      await other.post('/api/v1/waiting-queue/join', { userId: 5, concertId }),
      await other.get(`/api/v1/waiting-queue/status?${place}`),
      await other.get(`/api/v1/waiting-queue/subscribe?${place}`),
      await other.get('/api/reservations/users/5'),
      await other.post('/api/reservations/v1/optimistic', { userId: 5, seatId: seatIds[0] }),
    ])
      expectConcertsRefusal(answer, { status: 403, code: 'USER_MISMATCH' });
    expect(await standing(anyone, 5, concertId)).toMatchObject({ status: 'NONE' });
    const same = anyone.with({ 'user-id': '5' });
    const joined = await same.post('/api/v1/waiting-queue/join', { userId: 5, concertId });
    expect(bodyOf(joined)).toMatchObject({ status: 'WAITING', rank: 1 });
  });

  it('stands once, with 1 to 128 characters', async () => {
    const { concertId } = await setup(anyone);
    const path = `/api/v1/waiting-queue/status?userId=5&concertId=${concertId}`;
    for (const named of ['', 'x'.repeat(129), ['5', '5']]) {
      const answer = await anyone.with({ 'user-id': named as string }).get(path);
      expectConcertsRefusal(answer, { status: 400, code: 'IDENTITY_INVALID' });
    }
  });
});

describe('where the organiser must show who he is', () => {
  const { anyone, organiser, program } = sharedProgram({ SHED_DELAY_MS: '0', REQUIRE_ADMIN: 'true' });

  it('concerts, policies and the audit are his, and so is a tier', async () => {
    const { concertId } = await setup(organiser);
    const policy = { maxReservationsPerUser: 1 };
    const path = `/api/concerts/${concertId}/sales-policy`;
    const refused = { status: 401, code: 'IDENTITY_REQUIRED' };
    expectConcertsRefusal(await trySetup(anyone), refused);
    expectConcertsRefusal(await anyone.delete(`/api/concerts/cleanup/${concertId}`), refused);
    expectConcertsRefusal(await anyone.get('/api/reservations/v6/audit/abuse'), refused);
    expectConcertsRefusal(await anyone.post('/api/users', { username: 'a', tier: 'VIP' }), refused);
    expect((await put(program, path, policy)).status).toBe(401);
    expect((await put(program, path, policy, { 'x-token': program.adminToken })).status).toBe(200);
    expect(bodyOf(await organiser.get('/api/reservations/v6/audit/abuse'))).toEqual([]);
    expectConcertsRefusal(await anyone.as('7').get('/api/reservations/v6/audit/abuse'), {
      status: 403,
      code: 'ORGANISER_ONLY',
    });
  });

  it('an account is its owner’s, and a reservation is not deleted by nobody', async () => {
    const { seatIds } = await setup(organiser);
    const [user, other] = [await makeUser(anyone), await makeUser(anyone)];
    expect((await anyone.as(String(user)).get(`/api/users/${user}`)).status).toBe(200);
    expectConcertsRefusal(await anyone.as(String(other)).delete(`/api/users/${user}`), {
      status: 404,
      code: 'USER_NOT_FOUND',
    });
    expectConcertsRefusal(await anyone.get(`/api/users/${user}`), {
      status: 401,
      code: 'IDENTITY_REQUIRED',
    });
    const { id } = bodyOf(await reserve(anyone, user, seatIds[0] as number));
    expectConcertsRefusal(await anyone.delete(`/api/reservations/${id}`), {
      status: 401,
      code: 'IDENTITY_REQUIRED',
    });
    expect((await organiser.delete(`/api/reservations/${id}`)).status).toBe(204);
  });
});

describe('in jwt mode', () => {
  const { anyone, organiser, program } = sharedProgram({
    SHED_DELAY_MS: '0',
    AUTH_MODE: 'jwt',
    JWT_SECRET: SECRET,
    CONCERT_ADMIT_SECONDS: '1',
    CONCERT_ADMIT_BATCH: '100',
  });
  const as = async (userId: number) => anyone.with({ authorization: `Bearer ${await tokenOf(userId)}` });

  it('a name proves nothing, and a token names nobody else', async () => {
    const { seatIds, concertId } = await setup(organiser);
    expectConcertsRefusal(await reserve(anyone, 7, seatIds[0] as number), {
      status: 401,
      code: 'IDENTITY_REQUIRED',
    });
    const account = await anyone.get<{ message: string }>('/api/users/7');
    expectConcertsRefusal(account, { status: 401, code: 'IDENTITY_REQUIRED' });
    expect((account.body as { message: string }).message).toBe('Authorization header is required');
    expectConcertsRefusal(await reserve(await as(8), 7, seatIds[0] as number), {
      status: 403,
      code: 'USER_MISMATCH',
    });
    expectConcertsRefusal(await join(await as(8), 7, concertId), { status: 403, code: 'USER_MISMATCH' });
    const forged = await reserve(await as(8), 8, seatIds[0] as number, { headers: { 'user-id': '7' } });
    expectConcertsRefusal(forged, { status: 403, code: 'USER_MISMATCH' });
  });

  it('the gate is closed to everybody who was not let in, with and without the header', async () => {
    const { seatIds, concertId, optionId } = await setup(organiser);
    const user = await as(9);
    expectConcertsRefusal(await reserve(user, 9, seatIds[0] as number), { status: 403, code: 'NOT_ACTIVE' });
    bodyOf(await join(user, 9, concertId));
    await eventually(async () => (await standing(user, 9, concertId)).status, 'ACTIVE');
    const { id } = await hold(user, 9, seatIds[0] as number);
    expect((await user.delete(`/api/reservations/${id}`)).status).toBe(204);
    expect(await freeSeats(anyone, optionId)).toHaveLength(seatIds.length);
  });

  it('a stream is opened by a token or by a ticket, once', async () => {
    const { concertId } = await setup(organiser);
    const user = await as(10);
    const path = `${program.url}/api/v1/waiting-queue/subscribe?userId=10&concertId=${concertId}`;
    expect((await openStream(path)).status).toBe(401);
    const { ticket } = bodyOf(await user.post<{ ticket: string }>('/api/v1/stream-tickets'), 201);
    const stream = await openStream(`${path}&ticket=${ticket}`);
    await stream.until(({ event }) => event === 'RANK_UPDATE');
    stream.close();
    expect((await openStream(`${path}&ticket=${ticket}`)).status).toBe(401);
    const other = bodyOf(await user.post<{ ticket: string }>('/api/v1/stream-tickets'), 201);
    const foreign = path.replace('userId=10', 'userId=11');
    expect((await openStream(`${foreign}&ticket=${other.ticket}`)).status).toBe(403);
  });
});

describe('where the house trusts a proxy', () => {
  const { anyone, organiser } = sharedProgram({
    SHED_DELAY_MS: '0',
    HOST: '0.0.0.0',
    TRUST_HEADER_AUTH: 'true',
    RATE_LIMIT_PER_ADDRESS: '0',
    CONCERT_ADMIT_SECONDS: '1',
  });

  it('the gate is closed without the header, too', async () => {
    const { seatIds } = await setup(organiser);
    expectConcertsRefusal(await reserve(anyone, 9, seatIds[0] as number), {
      status: 403,
      code: 'NOT_ACTIVE',
    });
    expectConcertsRefusal(await anyone.delete('/api/reservations/1'), {
      status: 401,
      code: 'IDENTITY_REQUIRED',
    });
  });
});
