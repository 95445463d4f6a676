import { describe, expect, it } from 'vitest';
import type { LineFrame } from '../../../src/contract/concerts.ts';
import { bodyOf } from '../client.ts';
import { eventually } from '../eventually.ts';
import { sharedProgram } from '../shared-program.ts';
import { expectConcertsRefusal, join, makeUser, reserve, setup, standing } from './concerts-client.ts';
import { openStream } from './concerts-stream.ts';

const subscribe = (program: { url: string }, userId: number, concertId: number) =>
  openStream(`${program.url}/api/v1/waiting-queue/subscribe?userId=${userId}&concertId=${concertId}`);
const users = (count: number, first: number) => Array.from({ length: count }, (_, index) => first + index);

describe('a line in which nobody moves', () => {
  const { anyone, program, restart } = sharedProgram({
    SHED_DELAY_MS: '0',
    CONCERT_QUEUE_MAX: '20',
    CONCERT_ADMIT_SECONDS: '3600',
  });

  it('gives ranks in the order of arrival, the same to who joins again', async () => {
    const { concertId } = await setup(anyone);
    const answer = await join(anyone, 100, concertId);
    expect([answer.status, answer.text]).toEqual([
      200,
      `{"userId":100,"concertId":${concertId},"status":"WAITING","rank":1}`,
    ]);
    expect(bodyOf(await join(anyone, 101, concertId)).rank).toBe(2);
    expect(bodyOf(await join(anyone, 100, concertId)).rank).toBe(1);
    expect(await standing(anyone, 101, concertId)).toEqual({
      userId: 101,
      concertId,
      status: 'WAITING',
      rank: 2,
    });
    expect(await standing(anyone, 102, concertId)).toEqual({
      userId: 102,
      concertId,
      status: 'NONE',
      rank: -1,
    });
  });

  it('takes so many and no more, however many come at once', async () => {
    const { concertId } = await setup(anyone);
    const answers = await Promise.all(users(150, 10_000).map((user) => join(anyone, user, concertId)));
    const bodies = answers.map((answer) => bodyOf(answer));
    const ranks = bodies.filter(({ status }) => status === 'WAITING').map(({ rank }) => rank);
    expect(ranks.sort((a, b) => a - b)).toEqual(users(20, 1));
    const rejected = bodies.filter(({ status }) => status === 'REJECTED');
    expect(rejected).toHaveLength(130);
    expect(new Set(rejected.map(({ rank }) => rank))).toEqual(new Set([-1]));
  });

  it('is kept over a restart', async () => {
    const { concertId } = await setup(anyone);
    for (const user of [200, 201, 202]) await join(anyone, user, concertId);
    await restart();
    expect((await standing(anyone, 202, concertId)).rank).toBe(3);
    expect(bodyOf(await join(anyone, 203, concertId)).rank).toBe(4);
  });

  it('shows a place as it is, at once, and ends where its user watches anew', async () => {
    const { concertId } = await setup(anyone);
    await join(anyone, 300, concertId);
    const first = await subscribe(program, 300, concertId);
    const snapshot = await first.until(({ event }) => event === 'RANK_UPDATE');
    const frame = JSON.parse(snapshot.data) as LineFrame;
    expect(Object.keys(frame)).toEqual([
      ...['userId', 'concertId', 'status', 'rank', 'activeTtlSeconds', 'timestamp'],
    ]);
    expect(frame).toMatchObject({ userId: 300, concertId, status: 'WAITING', rank: 1, activeTtlSeconds: 0 });
    expect(first.frames().map(({ event }) => event)).toEqual(['INIT', 'RANK_UPDATE']);
    const second = await subscribe(program, 300, concertId);
    await first.ended;
    await second.until(({ event }) => event === 'RANK_UPDATE');
    for (const line of first.text().split('\n')) expect(line).toMatch(/^$|^(event|data):\S/);
    second.close();
  });

  it('a stream shows that it lives', async () => {
    const { concertId } = await setup(anyone);
    const stream = await subscribe(program, 400, concertId);
    const alive = await stream.until(({ event }) => event === 'KEEPALIVE', 20);
    expect(JSON.parse(alive.data)).toHaveProperty('timestamp');
    stream.close();
  });

  it.each<[object, number, string]>([
    [{ userId: 1 }, 422, 'VALIDATION_FAILED'],
    [{ userId: 'x', concertId: 1 }, 422, 'VALIDATION_FAILED'],
    [{ userId: 1, concertId: 1, rank: 1 }, 422, 'UNKNOWN_FIELD'],
    [{ userId: 1, concertId: 999_999_999 }, 404, 'SERIES_NOT_FOUND'],
  ])('%j joins none', async (body, status, code) => {
    const path = '/api/v1/waiting-queue/join';
    expectConcertsRefusal(await anyone.post(path, body), { status, code, path });
  });

  it('of a concert that is not there has neither status nor stream', async () => {
    for (const route of ['status', 'subscribe']) {
      const answer = await anyone.get(`/api/v1/waiting-queue/${route}?userId=1&concertId=999999999`);
      expectConcertsRefusal(answer, { status: 404, code: 'SERIES_NOT_FOUND' });
    }
  });

  it('is nobody else’s to look at', async () => {
    const { concertId } = await setup(anyone);
    for (const route of ['status', 'subscribe']) {
      const path = `/api/v1/waiting-queue/${route}?userId=1&concertId=${concertId}`;
      expectConcertsRefusal(await anyone.as('2').get(path), { status: 403, code: 'USER_MISMATCH' });
    }
  });
});

describe('a line that moves', () => {
  const { anyone, program } = sharedProgram({
    SHED_DELAY_MS: '0',
    CONCERT_ADMIT_SECONDS: '1',
    CONCERT_ADMIT_BATCH: '2',
    CONCERT_ACTIVE_SECONDS: '3',
  });

  it('lets in a batch at a time, first come first', async () => {
    const { concertId } = await setup(anyone);
    const waiting = users(5, 500);
    for (const user of waiting) await join(anyone, user, concertId);
    const streams = await Promise.all(waiting.map((user) => subscribe(program, user, concertId)));
    const letIn = await Promise.all(
      streams.map(async (stream) => {
        const { data } = await stream.until(({ event }) => event === 'ACTIVE');
        const frame = JSON.parse(data) as LineFrame;
        expect(frame).toMatchObject({ status: 'ACTIVE', rank: 0 });
        expect(frame.activeTtlSeconds).toBeGreaterThan(0);
        return { user: frame.userId, at: Date.parse(frame.timestamp) };
      }),
    );
    const [a, b, c, d, e] = letIn.map(({ at }) => at) as [number, number, number, number, number];
    // News reaches a stream a moment after the batch came in.
    for (const [batch, next] of [
      [Math.max(a, b), Math.min(c, d)],
      [Math.max(c, d), e],
    ] as const)
      expect(next - batch).toBeGreaterThan(700);
    const ranks = streams[4]?.frames().filter(({ event }) => event === 'RANK_UPDATE');
    expect(ranks?.map(({ data }) => (JSON.parse(data) as LineFrame).rank)).toEqual([5, 3, 1]);
    for (const stream of streams) stream.close();
  });

  it('opens the gate to who was let in, whichever concert it was, and closes it when his time is over', async () => {
    const [first, second] = [await setup(anyone), await setup(anyone)];
    const user = await makeUser(anyone);
    const headers = { 'user-id': String(user) };
    await join(anyone, user, first.concertId);
    expect((await reserve(anyone, user, second.seatIds[0] as number, { headers })).status).toBe(403);
    await eventually(async () => (await standing(anyone, user, first.concertId)).status, 'ACTIVE');
    expect(bodyOf(await join(anyone, user, second.concertId))).toMatchObject({ status: 'ACTIVE', rank: 0 });
    expect((await reserve(anyone, user, second.seatIds[0] as number, { headers })).status).toBe(200);
    const stream = await subscribe(program, user, second.concertId);
    await stream.until(({ event }) => event === 'ACTIVE');
    await stream.until(({ event, data }) => event === 'RANK_UPDATE' && data.includes('"status":"NONE"'));
    expect((await reserve(anyone, user, second.seatIds[1] as number, { headers })).status).toBe(403);
    stream.close();
  });
});
