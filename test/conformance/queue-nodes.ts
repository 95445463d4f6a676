import { expect, it } from 'vitest';
import { CLAIM_TERM } from '../../src/adapters/sql/request-rows/event-desks.ts';
import { isConflict } from '../../src/core/conflict.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { Unavailable } from '../../src/core/unavailable.ts';
import { LANES, type Lane } from '../../src/request-queue/policy.ts';
import type { RequestStore } from '../../src/request-queue/ports/request-store.ts';
import {
  completed,
  ended,
  excused,
  type RequestDraft,
  type SeatRequest,
} from '../../src/request-queue/request.ts';
import type { QueueInRows, QueueRunning } from '../backends/queues-in-rows.ts';
import { refusedWith } from '../backends/seat-commands.ts';
import { REQUEST_LIMITS, STARVATION_BOUND } from '../backends/sql-ports.ts';
import { onEach } from './on-each.ts';
import { draftOf, idsOf, newEvent } from './requests.ts';

type Start = () => QueueRunning;

/** What several nodes on one queue promise beside what each of them promises alone. */
export function queueNodesConformance(backends: readonly QueueInRows[]): void {
  onEach(backends, 'RequestStore of several nodes', (running) => {
    accepting(running as Start);
    claiming(running as Start);
    takingOver(running as Start);
    looking(running as Start);
  });
}

const HELD = { reservationIds: [7], amount: 100_00, expiresAt: 9 };

async function ask(
  running: QueueRunning,
  store: RequestStore,
  eventId: number,
  more: Partial<RequestDraft> = {},
): Promise<SeatRequest> {
  const answer = await store.accept(draftOf(running, eventId, more), () => 0);
  if (isRefusal(answer)) throw new Error(answer.refused);
  return answer.request;
}

function accepting(running: Start): void {
  it('accept: places of a lane are given once and without gaps, whichever node gives them', async () => {
    const eventId = await newEvent(running());
    const nodes = [running().node(), running().node()];
    const requests = await Promise.all(
      Array.from({ length: REQUEST_LIMITS.perEvent }, (_, n) =>
        ask(running(), (nodes[n % 2] as (typeof nodes)[0]).requestStore, eventId, {
          lane: n % 3 === 0 ? 'high' : 'normal',
        }),
      ),
    );
    for (const lane of ['high', 'normal']) {
      const places = requests.filter((each) => each.lane === lane).map(({ place }) => place);
      const [first] = places.sort((a, b) => a - b) as [number];
      expect(places).toEqual(places.map((_, index) => first + index));
    }
  });

  it('accept: an event’s queue is never fuller than it may be, however many nodes fill it', async () => {
    const eventId = await newEvent(running());
    const nodes = [running().node(), running().node(), running().node()];
    const answers = await Promise.all(
      Array.from({ length: 4 * REQUEST_LIMITS.perEvent }, (_, n) =>
        (nodes[n % 3] as (typeof nodes)[0]).requestStore.accept(draftOf(running(), eventId), () => 0),
      ),
    );
    expect(answers.filter((answer) => !isRefusal(answer))).toHaveLength(REQUEST_LIMITS.perEvent);
    expect(new Set(answers.filter(isRefusal).map(refusedWith))).toEqual(new Set(['QUEUE_FULL']));
  });

  it('accept: of two nodes that are sent the same key one takes it, and nobody else is refused with the other', async () => {
    const eventId = await newEvent(running());
    const [one, other] = [running().node().requestStore, running().node().requestStore];
    const key = { id: `twice ${eventId}`, bodyHash: 'b' };
    const twice = [one, other].map((store) => store.accept(draftOf(running(), eventId), () => 0, key));
    const beside = [one, other].map((store) => ask(running(), store, eventId));
    const outcomes = await Promise.allSettled(twice);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refused = outcomes.find((outcome) => outcome.status === 'rejected');
    expect(isConflict(refused?.reason)).toBe(true);
    expect(await Promise.all(beside)).toHaveLength(2);
    expect((await one.counts(eventId)).normal.waiting).toBe(3);
  });
}

function claiming(running: Start): void {
  it('claim: each request by one node, in the order of the lanes', async () => {
    const eventId = await newEvent(running());
    const stores = [running().node().requestStore, running().node().requestStore] as const;
    const [first] = stores;
    const lanes: Lane[] = ['low', 'normal', 'high', 'normal', 'low'];
    const requests = [];
    for (const lane of lanes) requests.push(await ask(running(), first, eventId, { lane }));
    const outcomes = await Promise.allSettled(stores.map((store) => store.claim(eventId, 3)));
    const [had] = outcomes.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    expect(idsOf(had ?? [])).toEqual(idsOf([requests[2], requests[1], requests[3]] as SeatRequest[]));
    const refused = outcomes.filter((each) => each.status === 'rejected');
    expect(refused).toHaveLength(1);
    expect(refused[0]?.reason).toBeInstanceOf(Unavailable);
  });

  it('claim: another node goes on as soon as the first has ended all it had, and counts who was passed over', async () => {
    const eventId = await newEvent(running());
    const stores = [running().node().requestStore, running().node().requestStore] as const;
    const low = await ask(running(), stores[0], eventId, { lane: 'low' });
    const served: string[] = [];
    for (let turn = 0; turn < 2 * STARVATION_BOUND; turn++) {
      const store = stores[turn % 2 === 0 ? 0 : 1];
      await ask(running(), store, eventId, { lane: 'high' });
      const [claimed] = await store.claim(eventId, 1);
      if (!claimed) throw new Error('nothing was claimed');
      served.push(claimed.requestId);
      expect(await store.settle([completed(claimed, HELD, 5)])).toHaveLength(1);
    }
    expect(served.indexOf(low.requestId)).toBeGreaterThanOrEqual(0);
    expect(served.indexOf(low.requestId)).toBeLessThan(STARVATION_BOUND);
  });

  it('claim: a node that found nobody more leaves the event to whoever comes next', async () => {
    const eventId = await newEvent(running());
    const [one, other] = [running().node().requestStore, running().node().requestStore];
    await ask(running(), one, eventId);
    const [claimed] = await one.claim(eventId, 9);
    if (!claimed) throw new Error('nothing was claimed');
    const settling = one.settle([completed(claimed, HELD, 5)]);
    expect(await one.claim(eventId, 9)).toEqual([]);
    await settling;
    const next = await ask(running(), one, eventId);
    expect(idsOf(await other.claim(eventId, 9))).toEqual([next.requestId]);
  });

  it('cancel: of a cancel here and a claim there exactly one wins', async () => {
    for (let round = 0; round < 10; round++) {
      const eventId = await newEvent(running());
      const [one, other] = [running().node().requestStore, running().node().requestStore];
      const { requestId } = await ask(running(), one, eventId);
      const both = [() => one.cancel(requestId), () => other.claim(eventId, 1)] as const;
      const ordered = round % 2 === 0 ? both : both.toReversed();
      await Promise.all(ordered.map((act) => act()));
      const request = await one.find(requestId);
      const claims = await other.counts(eventId);
      expect([request?.state, claims.normal]).toEqual(
        request?.state === 'CANCELLED'
          ? ['CANCELLED', { waiting: 0, claimed: 0 }]
          : ['PROCESSING', { waiting: 0, claimed: 1 }],
      );
    }
  });
}

function takingOver(running: Start): void {
  it('claim: what a dead node had is claimed by another after its term, once, alone and before all others', async () => {
    const eventId = await newEvent(running());
    const dead = running().node();
    const [one, other] = [running().node().requestStore, running().node().requestStore];
    const had = [await ask(running(), one, eventId), await ask(running(), one, eventId)];
    await ask(running(), one, eventId, { lane: 'high' });
    const claimed = await dead.requestStore.claim(eventId, 9);
    expect(claimed).toHaveLength(3);
    dead.freeze();
    const late = await ask(running(), one, eventId, { lane: 'high' });
    await expect(one.claim(eventId, 9)).rejects.toThrow(Unavailable);
    running().clock.advance(CLAIM_TERM);
    const outcomes = await Promise.allSettled([one.claim(eventId, 1), other.claim(eventId, 1)]);
    const taken = outcomes.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
    expect(idsOf(taken).toSorted()).toEqual(idsOf(claimed).toSorted());
    expect(taken.map(({ attempts }) => attempts)).toEqual([2, 2, 2]);
    const normal = taken.filter(({ lane }) => lane === 'normal');
    expect(idsOf(normal)).toEqual(idsOf(had));
    const winner = outcomes[0]?.status === 'fulfilled' ? one : other;
    await winner.settle(taken.map((request) => completed(request, HELD, 5)));
    expect(idsOf(await winner.claim(eventId, 9))).toEqual([late.requestId]);
  });

  it('settle: a node that was frozen, and whose requests another has claimed, ends nothing', async () => {
    const eventId = await newEvent(running());
    const frozen = running().node();
    const other = running().node().requestStore;
    await ask(running(), other, eventId);
    const [claimed] = await frozen.requestStore.claim(eventId, 9);
    if (!claimed) throw new Error('nothing was claimed');
    const thaw = frozen.freeze();
    const late = frozen.requestStore.settle([ended(claimed, 'FAILED', { refused: 'SEATS_TAKEN' }, 6)]);
    running().clock.advance(CLAIM_TERM);
    const [again] = await other.claim(eventId, 9);
    if (!again) throw new Error('nothing was claimed again');
    thaw();
    expect(await late).toEqual([]);
    expect((await other.find(claimed.requestId))?.state).toBe('PROCESSING');
    const done = completed(again, HELD, 7);
    expect(await other.settle([done])).toEqual([done]);
    await expect(frozen.requestStore.claim(eventId, 9)).resolves.toEqual([]);
    expect(await other.find(claimed.requestId)).toEqual(done);
  });

  it('claim: a node that works for longer than a term keeps what it has', async () => {
    const eventId = await newEvent(running());
    const [one, other] = [running().node().requestStore, running().node().requestStore];
    await ask(running(), one, eventId);
    const [claimed] = await one.claim(eventId, 9);
    if (!claimed) throw new Error('nothing was claimed');
    for (let part = 0; part < 8; part++) {
      running().clock.advance(CLAIM_TERM / 4);
      // What the clock woke is written before the next part of a term is over.
      await one.counts(eventId);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await expect(other.claim(eventId, 9)).rejects.toThrow(Unavailable);
    expect(await one.settle([completed(claimed, HELD, 5)])).toHaveLength(1);
  });

  it('oursUntil: while nobody else may have taken over, and no longer than that', async () => {
    const eventId = await newEvent(running());
    const [silent, other] = [running().node(), running().node().requestStore];
    await ask(running(), other, eventId);
    const isOurs = (store: typeof other) => running().clock.now() < store.oursUntil(eventId);
    expect(isOurs(other)).toBe(false);
    await silent.requestStore.claim(eventId, 9);
    expect(isOurs(silent.requestStore)).toBe(true);
    silent.freeze();
    running().clock.advance(CLAIM_TERM);
    expect(isOurs(silent.requestStore)).toBe(false);
    await other.claim(eventId, 9);
    expect(isOurs(other)).toBe(true);
  });

  it('putBack: another node has it once the term is over', async () => {
    const eventId = await newEvent(running());
    const [one, other] = [running().node().requestStore, running().node().requestStore];
    await ask(running(), one, eventId);
    const claimed = await one.claim(eventId, 9);
    one.putBack(claimed.map(excused));
    await expect(other.claim(eventId, 9)).rejects.toThrow(Unavailable);
    running().clock.advance(CLAIM_TERM);
    expect(idsOf(await other.claim(eventId, 9))).toEqual(idsOf(claimed));
  });

  it('a queue that one process kept in its memory is taken over as it stands, and given back', async () => {
    const eventId = await newEvent(running());
    const { requestStore: alone } = running().alone();
    const requests: SeatRequest[] = [];
    for (const lane of ['normal', 'normal', 'normal', 'high', 'low'] as const)
      requests.push(await ask(running(), alone, eventId, { lane }));
    const [high, first, second, third, low] = [3, 0, 1, 2, 4].map((at) => requests[at]) as SeatRequest[] &
      [SeatRequest, SeatRequest, SeatRequest, SeatRequest, SeatRequest];
    await alone.claim(eventId, 2);
    await alone.cancel(second.requestId);
    const { requestStore: rows } = running().node();
    expect(idsOf(await rows.heads())).toContain(high.requestId);
    expect(await rows.counts(eventId)).toEqual({
      high: { waiting: 0, claimed: 1 },
      normal: { waiting: 1, claimed: 1 },
      low: { waiting: 1, claimed: 0 },
    });
    const latest = await ask(running(), rows, eventId);
    const begun = await rows.claim(eventId, 9);
    expect(idsOf(begun)).toEqual(idsOf([high, first]));
    await rows.settle(begun.map((request) => completed(request, HELD, 5)));
    const [next] = await rows.claim(eventId, 1);
    expect(next?.requestId).toBe(third.requestId);
    const { requestStore: again } = running().alone();
    expect(idsOf(await again.claim(eventId, 9))).toEqual([third.requestId]);
    expect(idsOf(await again.claim(eventId, 9))).toEqual(idsOf([latest, low]));
  });
}

function looking(running: Start): void {
  it('refresh: a node knows how far away a turn is, whoever served and cancelled meanwhile', async () => {
    const eventId = await newEvent(running());
    const [one, other] = [running().node().requestStore, running().node().requestStore];
    const requests = [];
    for (let n = 0; n < 5; n++) requests.push(await ask(running(), one, eventId));
    const last = requests[4] as SeatRequest;
    await other.refresh(eventId);
    expect(other.ahead(last)).toBe(4);
    await one.cancel(requests[3]?.requestId ?? '');
    await one.claim(eventId, 2);
    await other.refresh(eventId);
    expect(requests.map((request) => other.ahead(request))).toEqual([undefined, undefined, 0, undefined, 1]);
    expect(await other.find(requests[0]?.requestId ?? '')).toMatchObject({ state: 'PROCESSING' });
  });

  it('heads: an event that a live node serves is left out until that node falls silent', async () => {
    const eventId = await newEvent(running());
    const [one, other] = [running().node(), running().node().requestStore];
    const { requestId } = await ask(running(), other, eventId);
    expect(idsOf(await other.heads())).toContain(requestId);
    await one.requestStore.claim(eventId, 1);
    expect(idsOf(await other.heads())).not.toContain(requestId);
    one.freeze();
    running().clock.advance(CLAIM_TERM);
    expect(idsOf(await other.heads())).toContain(requestId);
  });

  it('counts: of every lane, the same at every node', async () => {
    const eventId = await newEvent(running());
    const [one, other] = [running().node().requestStore, running().node().requestStore];
    for (const lane of LANES) for (let n = 0; n < 2; n++) await ask(running(), one, eventId, { lane });
    await one.claim(eventId, 3);
    const counts = await one.counts(eventId);
    expect(counts).toEqual({
      high: { waiting: 0, claimed: 2 },
      normal: { waiting: 1, claimed: 1 },
      low: { waiting: 2, claimed: 0 },
    });
    expect(await other.counts(eventId)).toEqual(counts);
  });
}
