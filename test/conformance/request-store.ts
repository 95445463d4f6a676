import { expect, it } from 'vitest';
import { isRefusal } from '../../src/core/refusal.ts';
import { Unavailable } from '../../src/core/unavailable.ts';
import { completed, ended, excused } from '../../src/request-queue/request.ts';
import type { Backend, Running } from '../backends/backend.ts';
import { refusedWith } from '../backends/seat-commands.ts';
import { REQUEST_LIMITS } from '../backends/sql-ports.ts';
import { onEach } from './on-each.ts';
import { accepted, draftOf, idsOf, newEvent } from './requests.ts';

export function requestStoreConformance(backends: readonly Backend[]): void {
  onEach(backends, 'RequestStore', (running) => {
    accepting(running);
    claiming(running);
    ending(running);
    looking(running);
  });
}

const HELD = { reservationIds: [7], amount: 100_00, expiresAt: 9 };

function accepting(running: () => Running): void {
  it('accept: durable when it resolves, at the end of its lane', async () => {
    const eventId = await newEvent(running());
    const first = await accepted(running(), eventId);
    const second = await accepted(running(), eventId);
    expect(second.place).toBeGreaterThan(first.place);
    await running().reopen();
    expect(await running().ports.requestStore.find(first.requestId)).toEqual(first);
    expect(idsOf(await running().ports.requestStore.claim(eventId, 9))).toEqual(idsOf([first, second]));
  });

  it('accept: what `reply` makes of it is stored under the key in the same commit', async () => {
    const eventId = await newEvent(running());
    await accepted(running(), eventId);
    const draft = draftOf(running(), eventId);
    const key = { id: `key of ${draft.requestId}`, bodyHash: 'b' };
    const { requestStore, commandLog } = running().ports;
    const reply = await requestStore.accept(
      draft,
      ({ ahead, request }) => ({ ahead, place: request.place }),
      key,
    );
    if (isRefusal(reply)) throw new Error(reply.refused);
    expect(reply.reply).toEqual({ ahead: 1, place: reply.request.place });
    expect((await commandLog.find(key.id))?.reply).toEqual(reply.reply);
    const lost = draftOf(running(), eventId);
    running().faults.failNext();
    const failing = requestStore.accept(lost, () => 1, { id: 'lost', bodyHash: 'b' });
    await expect(failing).rejects.toThrow(Unavailable);
    expect(await running().ports.requestStore.find(lost.requestId)).toBeUndefined();
    expect(await running().ports.commandLog.find('lost')).toBeUndefined();
  });

  it('accept: refused when the event’s queue or the buyer’s share is full', async () => {
    const eventId = await newEvent(running());
    const { requestStore } = running().ports;
    const ask = async (userId: string) =>
      refusedWith(await requestStore.accept(draftOf(running(), eventId, { userId }), () => 0));
    const asked = [];
    for (let n = 0; n <= REQUEST_LIMITS.perBuyer; n++) asked.push(await ask(`greedy ${eventId}`));
    expect(asked.at(-1)).toBe('REQUEST_LIMIT');
    expect(new Set(asked.slice(0, -1))).toEqual(new Set([undefined]));
    for (let n = REQUEST_LIMITS.perBuyer; n < REQUEST_LIMITS.perEvent; n++)
      expect(await ask(`other ${n}`)).toBeUndefined();
    expect(await ask('late')).toBe('QUEUE_FULL');
    await requestStore.claim(eventId, 99);
    expect(await ask('late')).toBe('QUEUE_FULL');
  });
}

function claiming(running: () => Running): void {
  it('claim: by the policy, in order, each request once', async () => {
    const eventId = await newEvent(running());
    const low = await accepted(running(), eventId, 'low');
    const normal = [await accepted(running(), eventId), await accepted(running(), eventId)];
    const high = await accepted(running(), eventId, 'high');
    const { requestStore } = running().ports;
    const first = await requestStore.claim(eventId, 2);
    expect(idsOf(first)).toEqual(idsOf([high, normal[0] as typeof high]));
    expect(first.map(({ state, attempts }) => [state, attempts])).toEqual([
      ['PROCESSING', 1],
      ['PROCESSING', 1],
    ]);
    expect(idsOf(await requestStore.claim(eventId, 9))).toEqual(idsOf([normal[1] as typeof high, low]));
    expect(await requestStore.claim(eventId, 9)).toEqual([]);
  });

  it('claim: durable: after a restart they are known as claimed, and come first and alone', async () => {
    const eventId = await newEvent(running());
    const requests = [];
    for (let n = 0; n < 4; n++) requests.push(await accepted(running(), eventId));
    await running().ports.requestStore.claim(eventId, 2);
    await running().reopen();
    const high = await accepted(running(), eventId, 'high');
    const { requestStore } = running().ports;
    expect((await requestStore.find(requests[1]?.requestId ?? ''))?.state).toBe('PROCESSING');
    expect((await requestStore.find(requests[2]?.requestId ?? ''))?.state).toBe('PENDING');
    const again = await requestStore.claim(eventId, 1);
    expect(idsOf(again)).toEqual(idsOf(requests.slice(0, 2)));
    expect(again.map(({ attempts }) => attempts)).toEqual([2, 2]);
    expect(idsOf(await requestStore.claim(eventId, 1))).toEqual(idsOf([high]));
  });

  it('claim: when it fails, everybody waits again as before', async () => {
    const eventId = await newEvent(running());
    const requests = [await accepted(running(), eventId), await accepted(running(), eventId)];
    running().faults.failNext();
    await expect(running().ports.requestStore.claim(eventId, 9)).rejects.toThrow(Unavailable);
    const { requestStore } = running().ports;
    expect((await requestStore.find(requests[0]?.requestId ?? ''))?.state).toBe('PENDING');
    expect(idsOf(await requestStore.claim(eventId, 9))).toEqual(idsOf(requests));
  });

  it('putBack: the next claim has them', async () => {
    const eventId = await newEvent(running());
    await accepted(running(), eventId);
    const { requestStore } = running().ports;
    const claimed = await requestStore.claim(eventId, 9);
    await accepted(running(), eventId, 'high');
    requestStore.putBack(claimed.map(excused));
    const again = await requestStore.claim(eventId, 9);
    expect(idsOf(again)).toEqual(idsOf(claimed));
    expect(again[0]?.attempts).toBe(1);
  });
}

function ending(running: () => Running): void {
  it('settle: durable, once; a worker who comes second changes nothing', async () => {
    const eventId = await newEvent(running());
    await accepted(running(), eventId);
    const { requestStore } = running().ports;
    const [claimed] = await requestStore.claim(eventId, 9);
    if (!claimed) throw new Error('nothing was claimed');
    const done = completed(claimed, HELD, 5);
    expect(await requestStore.settle([done])).toEqual([done]);
    expect(await requestStore.settle([ended(claimed, 'FAILED', { refused: 'SEATS_TAKEN' }, 6)])).toEqual([]);
    await running().reopen();
    expect(await running().ports.requestStore.find(done.requestId)).toEqual(done);
    expect(await running().ports.requestStore.claim(eventId, 9)).toEqual([]);
  });

  it('settle: what a frozen worker ends after another has claimed it is not ended', async () => {
    const eventId = await newEvent(running());
    await accepted(running(), eventId);
    const [frozen] = await running().ports.requestStore.claim(eventId, 9);
    if (!frozen) throw new Error('nothing was claimed');
    await running().reopen();
    const { requestStore } = running().ports;
    await requestStore.claim(eventId, 9);
    expect(await requestStore.settle([completed(frozen, HELD, 5)])).toEqual([]);
    expect((await requestStore.find(frozen.requestId))?.state).toBe('PROCESSING');
  });

  it('cancel: durable, of what nobody has claimed; anything else stays as it is', async () => {
    const eventId = await newEvent(running());
    const [first, second] = [await accepted(running(), eventId), await accepted(running(), eventId)];
    const { requestStore } = running().ports;
    expect((await requestStore.cancel(second.requestId))?.state).toBe('CANCELLED');
    expect(idsOf(await requestStore.claim(eventId, 9))).toEqual([first.requestId]);
    expect((await requestStore.cancel(first.requestId))?.state).toBe('PROCESSING');
    expect(await requestStore.cancel('nobody')).toBeUndefined();
    await running().reopen();
    expect((await running().ports.requestStore.find(second.requestId))?.state).toBe('CANCELLED');
    expect((await running().ports.requestStore.cancel(first.requestId))?.state).toBe('PROCESSING');
  });

  it('cancel: of a cancel and a claim at the same time exactly one wins', async () => {
    for (const cancelFirst of [true, false]) {
      const eventId = await newEvent(running());
      const { requestId } = await accepted(running(), eventId);
      const { requestStore } = running().ports;
      const cancel = () => requestStore.cancel(requestId);
      const claim = () => requestStore.claim(eventId, 1);
      const [one, other] = cancelFirst
        ? await Promise.all([cancel(), claim()])
        : (await Promise.all([claim(), cancel()])).toReversed();
      const isCancelled = (one as { state: string }).state === 'CANCELLED';
      expect((other as unknown[]).length).toBe(isCancelled ? 0 : 1);
    }
  });

  it('revive: a dead request waits again at the end of its lane; others do not', async () => {
    const eventId = await newEvent(running());
    await accepted(running(), eventId);
    const { requestStore, requestLedger } = running().ports;
    const [claimed] = await requestStore.claim(eventId, 9);
    if (!claimed) throw new Error('nothing was claimed');
    expect(await requestStore.revive(claimed.requestId)).toBeUndefined();
    const dead = ended(claimed, 'DEAD', { refused: 'REQUEST_DEAD', facts: { cause: 'x' } }, 5);
    await requestStore.settle([dead]);
    expect((await requestLedger.dead(100)).find(({ requestId }) => requestId === dead.requestId)).toEqual(
      dead,
    );
    const other = await accepted(running(), eventId);
    expect((await requestStore.revive(claimed.requestId))?.state).toBe('PENDING');
    await running().reopen();
    expect(idsOf(await running().ports.requestStore.claim(eventId, 9))).toEqual([
      other.requestId,
      claimed.requestId,
    ]);
  });
}

function looking(running: () => Running): void {
  it('counts, ahead, heads, unfinishedOf: what waits and what is with workers', async () => {
    const eventId = await newEvent(running());
    const userId = `own ${eventId}`;
    const [first, gone, last] = [
      await accepted(running(), eventId, 'normal', { userId }),
      await accepted(running(), eventId),
      await accepted(running(), eventId, 'normal', { userId }),
    ];
    const { requestStore } = running().ports;
    expect([first, gone, last].map((request) => requestStore.ahead(request))).toEqual([0, 1, 2]);
    await requestStore.cancel(gone.requestId);
    expect([first, gone, last].map((request) => requestStore.ahead(request))).toEqual([0, undefined, 1]);
    expect((await requestStore.counts(eventId)).normal).toEqual({ waiting: 2, claimed: 0 });
    expect(idsOf(await requestStore.unfinishedOf(userId))).toEqual(idsOf([first, last]));
    expect(idsOf(await requestStore.heads())).toContain(first.requestId);
    await requestStore.claim(eventId, 1);
    expect((await requestStore.counts(eventId)).normal).toEqual({ waiting: 1, claimed: 1 });
    expect(requestStore.ahead(last)).toBe(0);
  });

  it('find: never shows what is not on disk yet', async () => {
    const eventId = await newEvent(running());
    const { requestId } = await accepted(running(), eventId);
    const resume = running().faults.pause();
    const { requestStore } = running().ports;
    const claiming = requestStore.claim(eventId, 1);
    await Promise.resolve();
    expect((await requestStore.find(requestId))?.state).toBe('PENDING');
    resume();
    await claiming;
    expect((await requestStore.find(requestId))?.state).toBe('PROCESSING');
  });
}
