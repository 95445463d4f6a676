import { describe, expect, it } from 'vitest';
import { bodyOf } from '../client.ts';
import { eventually } from '../eventually.ts';
import { sharedProgram } from '../shared-program.ts';
import { expectConcertsRefusal, freeSeats, makeUser, reserve, setup } from './concerts-client.ts';
import { openStream } from './concerts-stream.ts';

const { anyone, program, restart } = sharedProgram({ SHED_DELAY_MS: '0' });

const enqueue = (userId: number, seatId: number, path = 'v4-opt/queue-polling', headers = {}) =>
  anyone.post(`/api/reservations/${path}`, { userId, seatId }, headers);
const statusOf = async (userId: number, seatId: number) =>
  bodyOf(
    await anyone.get<{ status: string }>(`/api/reservations/v4/status?userId=${userId}&seatId=${seatId}`),
  ).status;
const over = (userId: number, seatId: number) =>
  eventually(
    () => statusOf(userId, seatId),
    (status) => status !== 'PENDING' && status !== 'PROCESSING',
  );
const subscribe = (userId: number, seatId: number) =>
  openStream(`${program.url}/api/reservations/v5/subscribe?userId=${userId}&seatId=${seatId}`);

describe.each([
  ['v4-opt/queue-polling', 'OPTIMISTIC'],
  ['v4-pes/queue-polling', 'PESSIMISTIC'],
  ['v5-opt/queue-sse', 'OPTIMISTIC'],
])('%s', (path, strategy) => {
  it('takes a request, and serves it in its turn', async () => {
    const { seatIds, optionId } = await setup(anyone);
    const [userId, seatId] = [await makeUser(anyone), seatIds[0] as number];
    expect(await statusOf(userId, seatId)).toBe('NOT_FOUND');
    const answer = await enqueue(userId, seatId, path);
    expect([answer.status, answer.text]).toEqual([
      202,
      `{"message":"Reservation request enqueued","strategy":"${strategy}"}`,
    ]);
    expect(await over(userId, seatId)).toBe('SUCCESS');
    expect((await freeSeats(anyone, optionId)).map(({ id }) => id)).not.toContain(seatId);
    const [reservation] = bodyOf(await anyone.get<object[]>(`/api/reservations/users/${userId}`));
    expect(reservation).toMatchObject({ userId, seatId });
  });

  it('says why a request came to nothing', async () => {
    const { seatIds } = await setup(anyone);
    const [userId, other] = [await makeUser(anyone), await makeUser(anyone)];
    bodyOf(await reserve(anyone, other, seatIds[0] as number));
    for (const [seatId, status] of [
      [seatIds[0] as number, 'FAIL_ALREADY_RESERVED'],
      [999_999_999, 'FAIL_DATA_NOT_FOUND'],
    ] as const) {
      expect((await enqueue(userId, seatId, path)).status).toBe(202);
      expect(await over(userId, seatId)).toBe(status);
    }
  });

  it.each([{}, { userId: 1 }, { userId: 1, seatId: 'x' }, { userId: 1, seatId: 1, priority: 'high' }])(
    '%j is no request',
    async (body) => {
      const answer = await anyone.post(`/api/reservations/${path}`, body);
      const code = 'priority' in body ? 'UNKNOWN_FIELD' : 'VALIDATION_FAILED';
      expectConcertsRefusal(answer, { status: 422, code, path: `/api/reservations/${path}` });
    },
  );
});

describe('the status', () => {
  it('is that of the latest request for the seat', async () => {
    const { seatIds } = await setup(anyone);
    const [userId, other, seatId] = [await makeUser(anyone), await makeUser(anyone), seatIds[0] as number];
    const { id } = bodyOf(await reserve(anyone, other, seatId));
    await enqueue(userId, seatId);
    expect(await over(userId, seatId)).toBe('FAIL_ALREADY_RESERVED');
    bodyOf(await anyone.delete(`/api/reservations/${id}`), 204);
    await enqueue(userId, seatId);
    await eventually(() => statusOf(userId, seatId), 'SUCCESS');
  });

  it('is there after a restart', async () => {
    const { seatIds } = await setup(anyone);
    const [userId, seatId] = [await makeUser(anyone), seatIds[0] as number];
    await enqueue(userId, seatId);
    expect(await over(userId, seatId)).toBe('SUCCESS');
    await restart();
    expect(await statusOf(userId, seatId)).toBe('SUCCESS');
  });

  it.each(['', 'userId=1', 'userId=x&seatId=1', 'userId=1&seatId=1&x=1'])('of "%s" is 422', async (query) => {
    const answer = await anyone.get(`/api/reservations/v4/status?${query}`);
    expect(answer.status, answer.text).toBe(422);
  });

  it('a request with an Idempotency-Key waits once', async () => {
    const { seatIds } = await setup(anyone);
    const [userId, seatId] = [await makeUser(anyone), seatIds[0] as number];
    const key = { 'idempotency-key': `queued ${userId}` };
    const answers = [
      await enqueue(userId, seatId, 'v4-opt/queue-polling', key),
      await enqueue(userId, seatId, 'v4-opt/queue-polling', key),
    ];
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    expect(await over(userId, seatId)).toBe('SUCCESS');
  });
});

describe('the stream of a request', () => {
  it('tells of its end and ends, without blanks behind the colons', async () => {
    const { seatIds } = await setup(anyone);
    const [userId, seatId] = [await makeUser(anyone), seatIds[0] as number];
    const stream = await subscribe(userId, seatId);
    await stream.until(({ event }) => event === 'INIT');
    await enqueue(userId, seatId, 'v5-opt/queue-sse');
    await stream.ended;
    expect(stream.frames().map(({ event }) => event)).toEqual(['INIT', 'RESERVATION_STATUS']);
    expect(stream.frames()[1]?.data).toBe('SUCCESS');
    for (const line of stream.text().split('\n')) expect(line).toMatch(/^$|^(event|data):\S/);
  });

  it('of one that is over ends at once', async () => {
    const { seatIds } = await setup(anyone);
    const [userId, other, seatId] = [await makeUser(anyone), await makeUser(anyone), seatIds[0] as number];
    bodyOf(await reserve(anyone, other, seatId));
    await enqueue(userId, seatId);
    await over(userId, seatId);
    const stream = await subscribe(userId, seatId);
    await stream.ended;
    expect(stream.frames().at(-1)).toEqual({ event: 'RESERVATION_STATUS', data: 'FAIL_ALREADY_RESERVED' });
  });

  it('is nobody else’s', async () => {
    const url = `${program.url}/api/reservations/v5/subscribe?userId=1&seatId=1`;
    expect((await openStream(url, { 'x-user-id': '2' })).status).toBe(403);
  });
});
