import { describe, expect, it } from 'vitest';
import { embeddedRequestStore } from '../../../src/adapters/embedded/request-store.ts';
import { groupCommitter } from '../../../src/adapters/sql/commits/group-committer.ts';
import { migrate } from '../../../src/adapters/sql/migrate.ts';
import { sqlRequestLedger } from '../../../src/adapters/sql/requests/request-ledger.ts';
import { Unavailable } from '../../../src/core/unavailable.ts';
import { Pace } from '../../../src/request-queue/pace.ts';
import type { SeatRequest } from '../../../src/request-queue/request.ts';
import { RequestWorker } from '../../../src/request-queue/worker.ts';
import { HandClock } from '../../backends/hand-clock.ts';
import { memoryConnection } from '../../backends/memory-connection.ts';

const EVENT = 7;
const BATCH = 2;

/** A worker that takes two at once; `hold` is what the seats do. */
async function workerOn(hold: (request: SeatRequest) => Promise<void>) {
  const clock = new HandClock();
  const connection = memoryConnection();
  await migrate(connection);
  const ledger = sqlRequestLedger(groupCommitter(connection));
  const limits = { perEvent: 100, inAll: 100, perBuyer: 100 };
  const store = embeddedRequestStore({ clock, ledger, limits, starvationBound: 4 });
  const served: string[] = [];
  const held = { reservationIds: [1], amount: 1, expiresAt: 1 };
  const worker = new RequestWorker({
    claims: store,
    clock,
    pace: new Pace(),
    standing: { refusalOf: () => undefined },
    seats: {
      refusalOf: () => undefined,
      async taken(requests) {
        const have = requests.filter(({ userId }) => served.includes(userId));
        return new Map(have.map(({ requestId }) => [requestId, held]));
      },
      async hold(request) {
        await hold(request);
        served.push(request.userId);
        return held;
      },
    },
    news: { changed: () => undefined, listen: () => undefined },
    delivery: { ended: () => undefined },
    limits: { batch: BATCH, attempts: 2, waitMillis: 60_000 },
  });
  const ask = (userId: string) => {
    const draft = { requestId: `of ${userId}`, userId, eventId: EVENT, lane: 'normal' as const };
    return store.accept(
      { ...draft, sessionId: null, seatIds: [1], admissionId: null, way: undefined },
      () => 0,
    );
  };
  const states = async (users: readonly string[]) =>
    Promise.all(users.map(async (user) => (await store.find(`of ${user}`))?.state));
  return { store, worker, served, ask, states };
}

const USERS = ['ann', 'ben', 'cai', 'dan', 'eve'];

describe('a worker', () => {
  it('claims the next batch while it serves one, and ends the one before', async () => {
    const claimed: number[] = [];
    const ended: number[] = [];
    const at = await workerOn(async ({ userId }) => {
      if (userId !== 'ann' && userId !== 'cai') return;
      // Others go on meanwhile: the claim and the end reach the disk before these seats are held.
      for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
      const states = await at.states(USERS);
      claimed.push(states.filter((state) => state === 'PROCESSING').length);
      ended.push(states.filter((state) => state === 'COMPLETED').length);
    });
    for (const user of USERS) await at.ask(user);
    expect(await at.worker.work(EVENT)).toBe('nothing');
    expect({ claimed, ended }).toEqual({ claimed: [4, 3], ended: [0, 2] });
    expect(await at.states(USERS)).toEqual(USERS.map(() => 'COMPLETED'));
  });

  it('serves nobody of the next batch while somebody before them must be served again', async () => {
    let isAway = true;
    const at = await workerOn(async ({ userId }) => {
      if (userId === 'ben' && isAway) throw new Unavailable('the seats are away');
    });
    for (const user of USERS) await at.ask(user);
    expect(await at.worker.work(EVENT)).toBe('later');
    expect(at.served).toEqual(['ann']);
    isAway = false;
    expect(await at.worker.work(EVENT)).toBe('nothing');
    expect(at.served).toEqual(USERS);
    // Nobody was to blame, so no attempt counts but the last.
    expect((await at.store.find('of dan'))?.attempts).toBe(1);
  });

  it('does not serve somebody after a later one of the lane, when the seats failed for him alone', async () => {
    let failures = 1;
    const at = await workerOn(async ({ userId }) => {
      if (userId === 'ann' && failures-- > 0) throw new Unavailable('not for ann');
    });
    for (const user of USERS) await at.ask(user);
    expect(await at.worker.work(EVENT)).toBe('later');
    expect(await at.states(['ann', 'ben'])).toEqual(['PROCESSING', 'PROCESSING']);
    expect(await at.worker.work(EVENT)).toBe('nothing');
    expect(at.served).toEqual(['ben', 'cai', 'dan', 'eve']);
    expect(await at.states(USERS)).toEqual(['FAILED', 'COMPLETED', 'COMPLETED', 'COMPLETED', 'COMPLETED']);
    expect((await at.store.find('of ann'))?.reason).toEqual({ refused: 'REQUEST_OVERTAKEN' });
  });

  it('completes somebody whose seats were held, though nobody heard it, like those after him', async () => {
    let failures = 1;
    const at = await workerOn(async ({ userId }) => {
      if (userId !== 'ann' || failures-- === 0) return;
      at.served.push('ann');
      throw new Unavailable('the answer was lost', { indefinite: true });
    });
    for (const user of USERS) await at.ask(user);
    expect(await at.worker.work(EVENT)).toBe('later');
    expect(await at.worker.work(EVENT)).toBe('nothing');
    expect(at.served).toEqual(USERS);
    expect(await at.states(USERS)).toEqual(USERS.map(() => 'COMPLETED'));
  });

  it('serves somebody again whom nobody of the lane has overtaken', async () => {
    let failures = 2;
    const at = await workerOn(async ({ userId }) => {
      if (userId === 'ben' && failures-- > 0) throw new Unavailable('not for ben');
    });
    await at.ask('ann');
    await at.ask('ben');
    while ((await at.worker.work(EVENT)) === 'later');
    expect(await at.states(['ann', 'ben'])).toEqual(['COMPLETED', 'COMPLETED']);
  });

  it('ends a batch whose end was not written with the one after it, not later', async () => {
    const at = await workerOn(async () => undefined);
    for (const user of USERS) await at.ask(user);
    const ended: string[][] = [];
    const settle = at.store.settle.bind(at.store);
    at.store.settle = async (requests) => {
      ended.push(requests.map(({ userId }) => userId));
      if (ended.length === 1) throw new Unavailable('the ledger is away');
      return settle(requests);
    };
    expect(await at.worker.work(EVENT)).toBe('later');
    expect(ended).toEqual([
      ['ann', 'ben'],
      ['ann', 'ben', 'cai', 'dan'],
    ]);
    expect(await at.states(['ann', 'ben', 'cai', 'dan'])).toEqual(Array(4).fill('COMPLETED'));
  });

  it('puts the next batch back when the one before it fails as a whole', async () => {
    let failures = BATCH;
    const at = await workerOn(async () => {
      if (failures-- > 0) throw new Unavailable('the seats are away');
    });
    for (const user of USERS) await at.ask(user);
    while ((await at.worker.work(EVENT)) === 'later');
    expect(at.served).toEqual(USERS);
  });

  it('gives up who fails of itself again and again, with the cause; the lane goes on, and he may come back', async () => {
    let isPoison = true;
    const at = await workerOn(async ({ userId }) => {
      if (userId === 'ben' && isPoison) throw new Error('a mistake');
    });
    for (const user of ['ann', 'ben']) await at.ask(user);
    expect(await at.worker.work(EVENT)).toBe('later');
    expect(await at.worker.work(EVENT)).toBe('nothing');
    const dead = await at.store.find('of ben');
    expect(dead).toMatchObject({
      state: 'DEAD',
      reason: { refused: 'REQUEST_DEAD', facts: { attempts: 2, cause: 'Error: a mistake' } },
    });
    await at.ask('cai');
    expect(await at.worker.work(EVENT)).toBe('nothing');
    isPoison = false;
    await at.store.revive('of ben');
    expect(await at.worker.work(EVENT)).toBe('nothing');
    expect(await at.states(['ann', 'ben', 'cai'])).toEqual(['COMPLETED', 'COMPLETED', 'COMPLETED']);
  });
});
