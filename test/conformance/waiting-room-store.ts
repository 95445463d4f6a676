import { expect, it } from 'vitest';
import { isRefusal } from '../../src/core/refusal.ts';
import { Unavailable } from '../../src/core/unavailable.ts';
import type { RoomTerms } from '../../src/waiting-room/terms.ts';
import type { Backend, Running } from '../backends/backend.ts';
import { FRESH, ROOM_TERMS, roomOf } from '../backends/room-commands.ts';
import { onEach } from './on-each.ts';

/** WaitingRoomStore: every sentence of its port. */
export function waitingRoomStoreConformance(backends: readonly Backend[]): void {
  onEach(backends, 'WaitingRoomStore', (running) => {
    establishing(running);
    joining(running);
    lettingIn(running);
    inside(running);
    surviving(running);
  });
}

const TERMS = ROOM_TERMS;

let events = 5_000_000;

/** A room of its own; it may be reopened between two calls. */
function roomIn(running: () => Running, terms: RoomTerms = TERMS) {
  return roomOf(() => running().ports.waitingRoomStore, ++events, terms);
}

function establishing(running: () => Running): void {
  it('every command but establish is refused before it', async () => {
    const room = roomIn(running);
    const { eventId, run } = room;
    const store = running().ports.waitingRoomStore;
    expect(await run({ type: 'leave', eventId, userId: 'ann', end: 'LEFT' })).toMatchObject({
      refused: 'NO_WAITING_ROOM',
    });
    expect(await store.view(eventId)).toBeUndefined();
    expect(await store.head(eventId)).toBeUndefined();
    expect(await store.figures(eventId)).toBeUndefined();
  });

  it('establish: the first one counts, durably', async () => {
    const { eventId, granted, establish } = roomIn(running);
    const other = { ...FRESH, secret: 'dd', commitment: 'ee' };
    const [first] = await Promise.all([establish(), granted({ type: 'establish', eventId, fresh: other })]);
    expect(first).toMatchObject({ phase: 'before', ...FRESH });
    await running().reopen();
    expect(await granted({ type: 'establish', eventId, fresh: other })).toEqual(first);
  });
}

function joining(running: () => Running): void {
  it('join: one place a person, whoever asks at the same time and however often', async () => {
    const room = roomIn(running);
    await room.open();
    const all = await Promise.all(['ann', 'ann', 'ben', 'ann'].map((userId) => room.join(userId)));
    expect(all.map(({ place }) => place)).toEqual([1, 1, 2, 1]);
    await running().reopen();
    expect(await room.join('ben')).toMatchObject({ place: 2, ahead: 1, state: 'WAITING' });
    expect(await room.join('cat')).toMatchObject({ place: 3 });
  });

  it('a position never rises: not by who leaves, not by who comes, not by a restart', async () => {
    const room = roomIn(running);
    await room.open();
    for (let each = 0; each < 30; each++) await room.join(`user ${each}`);
    let before = 29;
    const look = async () => {
      const ahead = (await room.status('user 29')).ahead as number;
      expect(ahead).toBeLessThanOrEqual(before);
      before = ahead;
    };
    for (const each of [3, 17, 28, 0]) {
      await room.leave(`user ${each}`);
      await room.join(`another ${each}`);
      await look();
    }
    expect(before).toBe(25);
    await room.letIn();
    await look();
    await running().reopen();
    await look();
    expect(before).toBe(20);
  });

  it('join: refused past queue_max, and after drain and close', async () => {
    const room = roomIn(running, { ...TERMS, queueMax: 1 });
    await room.open();
    await room.join('ann');
    const late = {
      type: 'join',
      eventId: room.eventId,
      userId: 'ben',
      lane: 'normal',
      pollMillis: 0,
    } as const;
    expect(await room.run({ ...late, terms: { ...TERMS, queueMax: 1 } })).toMatchObject({
      refused: 'ROOM_FULL',
    });
    await room.granted({ type: 'move_phase', eventId: room.eventId, move: 'drain' });
    expect(await room.run({ ...late, terms: TERMS })).toMatchObject({ refused: 'ROOM_CLOSED' });
    expect(await room.join('ann')).toMatchObject({ place: 1 });
  });

  it('arrivals: by number, and those before the opening for ever', async () => {
    const room = roomIn(running);
    await room.establish();
    for (const userId of ['ann', 'ben', 'cat']) await room.join(userId);
    await room.join('vip', 'high');
    await room.leave('ben');
    await room.open();
    await room.leave('cat');
    await running().reopen();
    const { waitingRoomStore } = running().ports;
    expect(await waitingRoomStore.arrivals(room.eventId, 'normal', 0, 10)).toEqual(['ann', 'ben', 'cat']);
    expect(await waitingRoomStore.arrivals(room.eventId, 'normal', 1, 1)).toEqual(['ben']);
    expect(await waitingRoomStore.arrivals(room.eventId, 'high', 0, 10)).toEqual(['vip']);
    expect((await waitingRoomStore.head(room.eventId))?.frozen).toEqual({ high: 1, normal: 3, low: 0 });
  });

  it('arrivals: who comes after the opening takes no part in the draw', async () => {
    const room = roomIn(running);
    await room.establish();
    await room.join('ann');
    await room.granted({ type: 'move_phase', eventId: room.eventId, move: 'open' });
    await room.join('late');
    const { waitingRoomStore } = running().ports;
    expect(await waitingRoomStore.arrivals(room.eventId, 'normal', 0, 10)).toEqual(['ann']);
    expect(await waitingRoomStore.arrivals(room.eventId, 'normal', 1, 10)).toEqual([]);
  });

  it('arrivals: a number that was told is nobody else’s, so one that may be lost is not told', async () => {
    const room = roomIn(running);
    await room.establish();
    await room.join('ann');
    const resume = running().faults.pause();
    running().faults.failNext();
    const lost = room.join('lost');
    const { waitingRoomStore } = running().ports;
    const told = waitingRoomStore.arrivals(room.eventId, 'normal', 0, 10).catch((error: unknown) => error);
    resume();
    await expect(lost).rejects.toThrow(Unavailable);
    const names = await told;
    if (!(names instanceof Unavailable)) expect(names).toEqual(['ann']);
    await room.join('ben');
    expect(await waitingRoomStore.arrivals(room.eventId, 'normal', 0, 10)).toEqual(['ann', 'ben']);
  });

  it('restore: puts a lost place back under its number; harmless when it is there', async () => {
    const room = roomIn(running);
    await room.open();
    const lost = {
      type: 'restore',
      eventId: room.eventId,
      userId: 'lost',
      lane: 'normal',
      terms: TERMS,
      pollMillis: 0,
    } as const;
    expect(await room.granted({ ...lost, number: 41 })).toMatchObject({ place: 42 });
    expect(await room.granted({ ...lost, number: 41 })).toMatchObject({ place: 42 });
    expect(await room.run({ ...lost, userId: 'thief', number: 41 })).toMatchObject({
      refused: 'NOT_IN_LINE',
    });
    await running().reopen();
    expect(await room.status('lost')).toMatchObject({ place: 42 });
  });
}

function lettingIn(running: () => Running): void {
  it('let_in: in no window more than rate * window + burst, whoever asks at the same time', async () => {
    const room = roomIn(running);
    await room.open();
    for (let each = 0; each < 40; each++) await room.join(`user ${each}`);
    const calls: { at: number; called: number }[] = [];
    for (let round = 0; round < 30; round++) {
      const all = await Promise.all([room.letIn(), room.letIn(), room.letIn()]);
      for (const { called } of all) calls.push({ at: running().clock.now(), called });
      running().clock.advance(37);
    }
    for (const { at: from } of calls) {
      for (const { at: to } of calls.filter(({ at }) => at >= from)) {
        const sum = calls
          .filter(({ at }) => at >= from && at <= to)
          .reduce((all, { called }) => all + called, 0);
        expect(sum).toBeLessThanOrEqual(((to - from) / 1_000) * TERMS.ratePerSecond + TERMS.burst);
      }
    }
    expect(calls.reduce((all, { called }) => all + called, 0)).toBe(15);
  });

  it('let_in: never more than active_max called or inside, also after a restart', async () => {
    const room = roomIn(running, { ...TERMS, burst: 100, activeMax: 3 });
    await room.open();
    for (let each = 0; each < 9; each++) await room.join(`user ${each}`);
    const called = async () => (await Promise.all([room.letIn(), room.letIn()])).map((each) => each.called);
    expect(await called()).toEqual([3, 0]);
    await running().reopen();
    expect(await called()).toEqual([0, 0]);
    running().clock.advance(5_000);
    expect(await called()).toEqual([0, 0]);
    await room.leave('user 1');
    expect(await called()).toEqual([1, 0]);
    expect(await room.status('user 3')).toMatchObject({ state: 'READY' });
  });

  it('let_in: a bucket begins empty after a restart, not full', async () => {
    const room = roomIn(running);
    await room.open();
    for (let each = 0; each < 9; each++) await room.join(`user ${each}`);
    await running().reopen();
    expect((await room.letIn()).called).toBe(0);
    running().clock.advance(100);
    expect((await room.letIn()).called).toBe(1);
  });

  it('let_in: who waits is here after a restart as if he had just shown up, however long others keep him waiting', async () => {
    const room = roomIn(running, { ...TERMS, activeMax: 1 });
    await room.open();
    await room.join('ann');
    await room.join('ben');
    await room.letIn();
    running().clock.advance(TERMS.absentMillis);
    await running().reopen();
    running().clock.advance(61_000);
    await room.letIn();
    await room.letIn();
    expect(await running().ports.waitingRoomStore.figures(room.eventId)).toMatchObject({
      normal: { waiting: 1, ready: 1 },
    });
  });

  it('let_in: a call is durable before anybody hears of it', async () => {
    const room = roomIn(running);
    await room.open();
    await room.join('ann');
    const resume = running().faults.pause();
    running().faults.failNext();
    const failed = room.letIn();
    const heard = room.status('ann');
    resume();
    await expect(failed).rejects.toThrow(Unavailable);
    await expect(heard).rejects.toThrow(Unavailable);
    expect(await room.status('ann')).toMatchObject({ state: 'WAITING' });
  });
}

function inside(running: () => Running): void {
  const calledRoom = async () => {
    const room = roomIn(running);
    await room.open();
    await room.join('ann');
    await room.letIn();
    const { admission } = await room.status('ann');
    return { room, admission: admission as number };
  };

  it('enter: a call is exchanged for a session at most once, whoever asks at the same time', async () => {
    const { room, admission } = await calledRoom();
    const tries = await Promise.all([1, 2, 3].map(() => room.enter('ann', admission)));
    expect(tries.filter((each) => !isRefusal(each))).toHaveLength(1);
    expect(tries.filter(isRefusal).map(({ refused }) => refused)).toEqual([
      'ADMISSION_USED',
      'ADMISSION_USED',
    ]);
    await running().reopen();
    expect(await room.enter('ann', admission)).toMatchObject({ refused: 'ADMISSION_USED' });
    expect(await room.status('ann')).toMatchObject({ state: 'ACTIVE', admission });
  });

  it('enter: whoever was called before a restart has a minute after it', async () => {
    const { room, admission } = await calledRoom();
    running().clock.advance(2 * TERMS.entryMillis);
    await running().reopen();
    await room.letIn();
    expect(await room.status('ann')).toMatchObject({ state: 'READY', admission });
    running().clock.advance(59_000);
    expect(await room.enter('ann', admission)).toMatchObject({ state: 'ACTIVE' });
  });

  it('enter: refused to others, with another number, and when the call is over', async () => {
    const { room, admission } = await calledRoom();
    const no = { refused: 'ADMISSION_INVALID' };
    await room.join('ben');
    expect(await room.enter('ben', admission)).toMatchObject(no);
    expect(await room.enter('ann', admission + 1)).toMatchObject(no);
    running().clock.advance(TERMS.entryMillis);
    expect(await room.enter('ann', admission)).toMatchObject(no);
  });

  it('leave: frees at once; the session is worth nothing any more', async () => {
    const { room, admission } = await calledRoom();
    await room.enter('ann', admission);
    const slide = { type: 'slide', eventId: room.eventId, userId: 'ann', admission, terms: TERMS } as const;
    expect(await room.run(slide)).toMatchObject({ state: 'ACTIVE' });
    await room.leave('ann', 'REVOKED');
    expect(await room.run(slide)).toMatchObject({ refused: 'ADMISSION_INVALID' });
    expect(await room.leave('ann')).toEqual({ admission: null });
    const { normal } = (await running().ports.waitingRoomStore.figures(room.eventId)) ?? {};
    expect(normal).toMatchObject({ active: 0, ready: 0, waiting: 0 });
  });

  it('slide: a session lives for as long as it is used, and ends when its time passes without', async () => {
    const { room, admission } = await calledRoom();
    await room.enter('ann', admission);
    const slide = { type: 'slide', eventId: room.eventId, userId: 'ann', admission, terms: TERMS } as const;
    for (let round = 0; round < 3; round++) {
      running().clock.advance(TERMS.sessionMillis - 1);
      expect(await room.run(slide)).toMatchObject({ until: running().clock.now() + TERMS.sessionMillis });
    }
    await running().reopen();
    running().clock.advance(TERMS.sessionMillis - 1);
    expect(await room.run(slide)).toMatchObject({ state: 'ACTIVE' });
    running().clock.advance(TERMS.sessionMillis);
    await room.letIn();
    expect(await room.run(slide)).toMatchObject({ refused: 'ADMISSION_INVALID' });
  });

  it('join: ends a session that is over, in the commit of the new place', async () => {
    const { room, admission } = await calledRoom();
    await room.enter('ann', admission);
    running().clock.advance(TERMS.sessionMillis);
    const joined = await room.join('ann');
    expect(joined).toMatchObject({ state: 'WAITING', admission: null });
    await running().reopen();
    expect(await room.join('ann')).toMatchObject({ state: 'WAITING', number: joined.number });
  });
}

function surviving(running: () => Running): void {
  it('a join that failed is in no line, and takes no number from others', async () => {
    const room = roomIn(running);
    await room.open();
    await room.join('ann');
    running().faults.failNext();
    await expect(room.join('lost')).rejects.toThrow(Unavailable);
    expect(await room.join('ben')).toMatchObject({ place: 2 });
    await expect(room.status('lost')).rejects.toThrow('NOT_IN_LINE');
  });

  it('phase, message and draw outlive a restart', async () => {
    const room = roomIn(running);
    const { eventId, granted } = room;
    await room.open();
    await granted({ type: 'say', eventId, message: { ko: '곧', en: 'Soon' } });
    const head = await granted({ type: 'move_phase', eventId, move: 'pause' });
    await running().reopen();
    const { bucket, ...kept } = (await running().ports.waitingRoomStore.head(eventId)) ?? head;
    expect({ ...kept, bucket: head.bucket }).toEqual(head);
    expect(kept).toMatchObject({ phase: 'paused', message: { ko: '곧', en: 'Soon' } });
    expect(bucket.tokens).toBe(0);
    expect(await running().ports.waitingRoomStore.view(eventId)).toMatchObject({ phase: 'paused' });
  });

  it('commands on a room are decided in the order of arrival', async () => {
    const room = roomIn(running);
    await room.open();
    const joined = await Promise.all(Array.from({ length: 50 }, (_, at) => room.join(`user ${at}`)));
    expect(joined.map(({ place }) => place)).toEqual(joined.map((_, at) => at + 1));
  });
}
