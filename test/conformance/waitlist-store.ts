import { expect, it } from 'vitest';
import { Conflict } from '../../src/core/conflict.ts';
import { Unavailable } from '../../src/core/unavailable.ts';
import type { Entry } from '../../src/waitlist/entry.ts';
import { accepted, lapsed, left, offered, refusedFor, waitingAgain } from '../../src/waitlist/moves.ts';
import type { Joined, Joining } from '../../src/waitlist/ports/waitlist-entries.ts';
import type { WaitlistStore } from '../../src/waitlist/ports/waitlist-store.ts';
import type { Backend, Running } from '../backends/backend.ts';
import { onEach } from './on-each.ts';

const NOW = 1_700_000_000_000;
const HELD = { holdIds: [7, 8], seatIds: [3, 4], expiresAt: NOW + 60_000 };

const JOINING = {
  userId: 'a',
  sessionId: null,
  admissionId: null,
  wish: { size: 1 },
  at: NOW,
  most: 1_000,
};

/** Every test has an event of its own. */
async function line({ ports }: Running) {
  const eventId = await ports.ids.nextBlock('event', 1);
  const store = ports.waitlistStore;
  const joining = (userId: string, more: Partial<Joining> = {}): Joining => ({
    ...JOINING,
    eventId,
    userId,
    ...more,
  });
  const join = async (userId: string, more: Partial<Joining> = {}) =>
    (await store.join(joining(userId, more))) as Joined;
  return { eventId, store, join };
}

const usersOf = (entries: readonly Entry[]) => entries.map(({ userId }) => userId);

export function waitlistStoreConformance(backends: readonly Backend[]): void {
  onEach(backends, 'WaitlistStore', (running) => {
    joining(running);
    saving(running);
    finding(running);
    knowing(running);
    turning(running);
  });
}

function joining(running: () => Running): void {
  it('join: durable when it resolves, with every field', async () => {
    const { eventId, join } = await line(running());
    const wish = { size: 3, section: '1층 가구역', type: 'VIP', maxPrice: 12_050 };
    const { entry } = await join('대기자', { wish, sessionId: 's', admissionId: 'a' });
    expect(entry).toMatchObject({ state: 'WAITING', revision: 1, attempt: 1, joinedAt: NOW, wish });
    await running().reopen();
    const { waitlistStore } = running().ports;
    expect(await waitlistStore.latest(eventId, '대기자')).toEqual({ entry, ahead: 0 });
  });

  it('join: one live entry a user and event: who has one gets it as it stands', async () => {
    const { join, store } = await line(running());
    await join('first');
    const mine = await join('second');
    expect(mine).toMatchObject({ isNew: true, ahead: 1 });
    expect(await join('second', { wish: { size: 5 } })).toEqual({ ...mine, isNew: false });
    const [offer] = [offered(mine.entry, HELD, NOW, 1_000)] as [Entry];
    await store.save([offer]);
    expect(await join('second')).toEqual({ entry: offer, ahead: 0, isNew: false });
    await store.save([lapsed(offer, NOW + 2_000)]);
    expect(await join('second')).toMatchObject({ isNew: true, ahead: 1 });
  });

  it('join: a crowd that comes at once gets places in one order, without gaps in what is ahead', async () => {
    const { eventId, join, store } = await line(running());
    const crowd = Array.from({ length: 120 }, (_, index) => `u${index}`);
    const joined = await Promise.all(crowd.map((user) => join(user)));
    const byPlace = [...joined].sort((a, b) => a.entry.place - b.entry.place);
    expect(byPlace.map(({ ahead }) => ahead)).toEqual(crowd.map((_, index) => index));
    expect(usersOf(await store.waiting(eventId, 0, 1_000))).toEqual(byPlace.map(({ entry }) => entry.userId));
  });

  it('join: the same user many times at once has one place', async () => {
    const { eventId, join, store } = await line(running());
    const joined = await Promise.all(Array.from({ length: 20 }, () => join('one')));
    expect(new Set(joined.map(({ entry }) => entry.place)).size).toBe(1);
    expect(joined.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(await store.waiting(eventId, 0, 10)).toHaveLength(1);
  });

  it('join: full when the line has as many live entries as it may', async () => {
    const { join, store } = await line(running());
    const [a] = [await join('a', { most: 2 }), await join('b', { most: 2 })];
    expect(await join('c', { most: 2 })).toBe('full');
    expect(await join('a', { most: 2 })).toMatchObject({ isNew: false });
    await store.save([left(a.entry, NOW)]);
    expect(await join('c', { most: 2 })).toMatchObject({ isNew: true, ahead: 1 });
  });

  it('join: the answer is stored under the key in the same commit, unless it is full', async () => {
    const { join, eventId } = await line(running());
    const key = { id: `join ${eventId}`, bodyHash: 'b' };
    const joined = await join('a', { key });
    expect(await running().ports.commandLog.find(key.id)).toEqual({ key, reply: joined, at: NOW });
    const second = { id: `join again ${eventId}`, bodyHash: 'b' };
    expect(await join('b', { key: second, most: 1 })).toBe('full');
    expect(await running().ports.commandLog.find(second.id)).toBeUndefined();
  });
}

function saving(running: () => Running): void {
  it('save: durable when it resolves, with every field, through the whole life of an entry', async () => {
    const { eventId, join } = await line(running());
    const a = (await join('a')).entry;
    const b = (await join('b')).entry;
    const offer = offered(a, HELD, NOW + 1, 5_000);
    await running().ports.waitlistStore.save([offer, refusedFor(b, 'SEAT_LIMIT_REACHED', NOW + 1)]);
    await running().reopen();
    const { waitlistStore } = running().ports;
    expect((await waitlistStore.latest(eventId, 'a'))?.entry).toEqual(offer);
    expect((await waitlistStore.latest(eventId, 'b'))?.entry).toMatchObject({
      state: 'REFUSED',
      reason: 'SEAT_LIMIT_REACHED',
      endedAt: NOW + 1,
    });
    const taken = accepted(offer, NOW + 2, NOW + 90_000);
    await waitlistStore.save([taken]);
    expect((await waitlistStore.latest(eventId, 'a'))?.entry).toEqual(taken);
  });

  it('save: all or none: one entry that somebody else moved refuses them all', async () => {
    const { eventId, join, store } = await line(running());
    const a = (await join('a')).entry;
    const b = (await join('b')).entry;
    await store.save([left(b, NOW)]);
    await expect(
      store.save([offered(a, HELD, NOW, undefined), offered(b, HELD, NOW, undefined)]),
    ).rejects.toThrow(Conflict);
    expect((await store.latest(eventId, 'a'))?.entry).toEqual(a);
    expect((await store.latest(eventId, 'b'))?.entry.state).toBe('LEFT');
  });

  it('save: of many moves of one entry at once, one is written', async () => {
    const { eventId, join, store } = await line(running());
    const { entry } = await join('a');
    const moves = [left(entry, NOW), offered(entry, HELD, NOW, undefined), offered(entry, HELD, NOW, 1_000)];
    const ends = await Promise.allSettled(moves.map((move) => store.save([move])));
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const end of ends) if (end.status === 'rejected') expect(end.reason).toBeInstanceOf(Conflict);
    const won = moves[ends.findIndex(({ status }) => status === 'fulfilled')];
    expect((await store.latest(eventId, 'a'))?.entry).toEqual(won);
  });

  it('save: an offer whose seats were lost waits where it was', async () => {
    const { eventId, join, store } = await line(running());
    const { entry } = await join('a');
    await join('b');
    const offer = offered(entry, HELD, NOW, 1_000);
    await store.save([offer]);
    await store.save([waitingAgain(offer)]);
    expect(usersOf(await store.waiting(eventId, 0, 10))).toEqual(['a', 'b']);
    expect(await store.overdue(NOW + 10_000, 10)).toEqual([]);
    expect((await join('a')).isNew).toBe(false);
  });

  it('save: when the ledger is away, nothing is written', async () => {
    const { eventId, join, store } = await line(running());
    const { entry } = await join('a');
    running().faults.failNext();
    await expect(store.save([left(entry, NOW)])).rejects.toThrow(Unavailable);
    expect((await store.latest(eventId, 'a'))?.entry).toEqual(entry);
    running().faults.failNext();
    await expect(join('b')).rejects.toThrow(Unavailable);
    expect(await store.latest(eventId, 'b')).toBeUndefined();
    expect((await join('b')).ahead).toBe(1);
  });
}

function finding(running: () => Running): void {
  it('waiting: behind a place, first come first, at most so many', async () => {
    const { eventId, join, store } = await line(running());
    for (const user of ['a', 'b', 'c', 'd']) await join(user);
    const [a, b] = (await store.waiting(eventId, 0, 2)) as [Entry, Entry];
    expect(usersOf([a, b])).toEqual(['a', 'b']);
    await store.save([offered(b, HELD, NOW, 1_000)]);
    expect(usersOf(await store.waiting(eventId, a.place, 10))).toEqual(['c', 'd']);
    expect(await store.latest(eventId, 'd')).toMatchObject({ ahead: 2 });
    expect(usersOf(await store.list(eventId, { after: 0, limit: 10, liveOnly: true }))).toEqual([
      'a',
      'b',
      'c',
      'd',
    ]);
  });

  it('latest: the last of several entries of a user; undefined for who never joined', async () => {
    const { eventId, join, store } = await line(running());
    const first = (await join('a')).entry;
    await store.save([left(first, NOW)]);
    const second = (await join('a')).entry;
    expect((await store.latest(eventId, 'a'))?.entry).toEqual(second);
    expect(usersOf(await store.list(eventId, { after: 0, limit: 10, liveOnly: false }))).toEqual(['a', 'a']);
    expect(await store.latest(eventId, 'nobody')).toBeUndefined();
  });

  it('latestOf: of each user the last of his entries; who never joined is left out, and other lines are', async () => {
    const { eventId, join, store } = await line(running());
    const first = (await join('a')).entry;
    await store.save([left(first, NOW)]);
    const second = (await join('a')).entry;
    const ended = left((await join('나')).entry, NOW);
    await store.save([ended]);
    await (await line(running())).join('a');
    const asked = ['a', '나', 'nobody', ...Array.from({ length: 300 }, (_, index) => `nobody ${index}`)];
    const found = await store.latestOf(eventId, asked);
    expect([...found].sort((left, right) => left.place - right.place)).toEqual([second, ended]);
    expect(await store.latestOf(eventId, [])).toEqual([]);
  });

  it('counts and overdue: offers by their time to answer, and only those', async () => {
    const { eventId, join, store } = await line(running());
    const entries = [(await join('a')).entry, (await join('b')).entry, (await join('c')).entry] as const;
    await store.save([offered(entries[0], HELD, NOW, 2_000), offered(entries[1], HELD, NOW, 1_000)]);
    expect(await store.counts(eventId)).toEqual({ waiting: 1, offered: 2 });
    const overdue = async (at: number) =>
      usersOf((await store.overdue(at, 1_000)).filter((entry) => entry.eventId === eventId));
    expect(await overdue(NOW + 999)).toEqual([]);
    expect(await overdue(NOW + 2_000)).toEqual(['b', 'a']);
  });
}

function knowing(running: () => Running): void {
  it('isAnyWaiting and eventsWaitedFor: as of the call, through every change', async () => {
    const { eventId, join, store } = await line(running());
    const isAny = async (of: WaitlistStore = store) => await of.isAnyWaiting(eventId);
    expect(await isAny()).toBe(false);
    const { entry } = await join('a');
    expect(await isAny()).toBe(true);
    expect(await store.eventsWaitedFor()).toContain(eventId);
    const offer = offered(entry, HELD, NOW, 1_000);
    await store.save([offer]);
    expect(await isAny()).toBe(false);
    expect(await store.eventsWaitedFor()).not.toContain(eventId);
    await store.save([waitingAgain(offer)]);
    expect(await isAny()).toBe(true);
    await running().reopen();
    expect(await isAny(running().ports.waitlistStore)).toBe(true);
  });
}

function turning(running: () => Running): void {
  it('begin, end: a turn that was not ended is known to be broken off, after a restart, too', async () => {
    const { eventId, store } = await line(running());
    await store.begin(eventId);
    expect(await store.wasBrokenOff(eventId)).toBe(true);
    await running().reopen();
    const { waitlistStore } = running().ports;
    expect(await waitlistStore.wasBrokenOff(eventId)).toBe(true);
    await waitlistStore.end(eventId);
    expect(await waitlistStore.wasBrokenOff(eventId)).toBe(false);
    expect(await waitlistStore.join({ ...JOINING, eventId })).toMatchObject({ ahead: 0 });
  });
}

export function editionEventsConformance(backends: readonly Backend[]): void {
  onEach(backends, 'EditionEvents', (running) => {
    it('remember: durable; an edition has one event', async () => {
      const { editionEvents } = running().ports;
      expect(await editionEvents.find('tests')).toBeUndefined();
      await editionEvents.remember('tests', 7);
      await expect(editionEvents.remember('tests', 8)).rejects.toThrow(Conflict);
      await running().reopen();
      expect(await running().ports.editionEvents.find('tests')).toBe(7);
      expect(await running().ports.editionEvents.find('others')).toBeUndefined();
    });
  });
}
