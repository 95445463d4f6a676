import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { embeddedWaitingRoomStore } from '../../adapters/embedded/waiting-room-store.ts';
import { groupCommitter } from '../../adapters/sql/group-committer.ts';
import { migrate } from '../../adapters/sql/migrate.ts';
import { sqliteConnection } from '../../adapters/sql/sqlite/connection.ts';
import { sqlWaitingRoomLedger } from '../../adapters/sql/waiting-room/waiting-room-ledger.ts';
import { systemClock } from '../../adapters/system/clock.ts';
import { systemDigest } from '../../adapters/system/digest.ts';
import { systemRandom } from '../../adapters/system/random.ts';
import { MINUTE } from '../../core/clock.ts';
import { isRefusal } from '../../core/refusal.ts';
import { Draws } from '../../waiting-room/draw/draws.ts';
import { Shuffle } from '../../waiting-room/draw/shuffle.ts';
import type { WaitingRoomLedger } from '../../waiting-room/ports/waiting-room-ledger.ts';
import type { WaitingRoomStore } from '../../waiting-room/ports/waiting-room-store.ts';
import type { RoomTerms } from '../../waiting-room/terms.ts';
import type { Finding } from './finding.ts';
import { benchLedRoom } from './led-room.ts';
import type { BenchOptions } from './options.ts';
import { median } from './rounds.ts';
import { subfolder, withFolder } from './servers.ts';

const CROWD = 1_000_000;
const SMALL_CROWD = 10_000;
const ASKED = 50_000;
const DURABLE_JOINS = 100_000;
const EVENT = 1;
const WAITS = 1_000;

const TERMS: RoomTerms = {
  opensAt: null,
  ratePerSecond: 1_000,
  burst: 1_000,
  activeMax: 1_000,
  sessionMillis: MINUTE,
  entryMillis: MINUTE,
  absentMillis: 10 * MINUTE,
  weights: { high: 4, normal: 2, low: 1 },
  queueMax: 2 * CROWD,
  inventoryAware: true,
  whenLost: 'closed',
  beaconSource: null,
};

/** Goal 4: a million people in line, in process; on a Redis that is named, a room that two nodes share. */
export async function benchWaitingRoom(options: BenchOptions): Promise<Finding[]> {
  return options.redis === undefined ? benchMillion() : benchLedRoom(options, TERMS);
}

async function benchMillion(): Promise<Finding[]> {
  const { store, draws } = roomOn(forgetful());
  const fresh = draws.fresh(EVENT, null);
  await store.execute({ type: 'establish', eventId: EVENT, fresh });
  await openSmallRoom(store, draws);
  const before = bytesInUse();
  const first = await microsPerJoin(store, 0, SMALL_CROWD);
  const firstStatus = await microsPerStatus(store, SMALL_CROWD);
  await microsPerJoin(store, SMALL_CROWD, CROWD - ASKED);
  const last = await microsPerJoin(store, CROWD - ASKED, CROWD);
  const bytes = (bytesInUse() - before) / CROWD;
  const tree = await treeOf(store, draws);
  // What growing left behind is collected now, and not in the middle of what is measured next.
  bytesInUse();
  const publish = await publishing(store, draws);
  const lastStatus = await microsPerStatus(store, CROWD);
  return [
    {
      goal: 4,
      what: 'memory per person of a million in line',
      value: bytes,
      unit: 'bytes',
      wanted: { atMost: 200 },
    },
    {
      goal: 4,
      what: 'publishing the draw of a million, the tree being grown',
      value: publish,
      unit: 'ms',
      wanted: { atMost: 1 },
    },
    {
      goal: 4,
      what: 'join, a million beside ten thousand in line',
      value: last / first,
      unit: '×',
      wanted: { atMost: 2 },
    },
    {
      goal: 4,
      what: 'status, a million beside ten thousand in line',
      value: lastStatus / firstStatus,
      unit: '×',
      wanted: { atMost: 2 },
    },
    {
      goal: 4,
      what: 'all places of a million, computed on read',
      value: allPlaces(fresh.secret),
      unit: 'ms',
    },
    { goal: 4, what: 'join', value: last, unit: 'µs' },
    { goal: 4, what: 'status', value: lastStatus, unit: 'µs' },
    ...tree,
    await durableJoins(),
  ];
}

function roomOn(ledger: WaitingRoomLedger): { store: WaitingRoomStore; draws: Draws } {
  const clock = systemClock();
  const digest = systemDigest();
  const announcements = {
    placesMoved: () => undefined,
    roomChanged: () => undefined,
    missed: () => undefined,
  };
  const store = embeddedWaitingRoomStore({ clock, ledger, digest, announcements });
  return { store, draws: new Draws({ store, digest, clock, random: systemRandom() }) };
}

/** Of this process, all threads, in milliseconds: waiting for a core that somebody else has is no cost. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** What runs for the first time is compiled first, and that is not what is asked here. */
async function openSmallRoom(store: WaitingRoomStore, draws: Draws): Promise<void> {
  const eventId = EVENT + 1;
  await store.execute({ type: 'establish', eventId, fresh: draws.fresh(eventId, null) });
  for (let at = 0; at < 3 * WAITS; at++) {
    const userId = `user-${at}`;
    await store.execute({ type: 'join', eventId, userId, lane: 'normal', terms: TERMS, pollMillis: 0 });
  }
  await publishing(store, draws, eventId);
}

/** The room alone is measured: this ledger takes everything and keeps nothing. */
function forgetful(): WaitingRoomLedger {
  return {
    head: async () => undefined,
    async *places() {},
    append: async () => undefined,
    settled: async () => undefined,
    lineage: () => 0,
  };
}

async function microsPerJoin(store: WaitingRoomStore, from: number, to: number): Promise<number> {
  const start = processorTime();
  for (let at = from; at < to; at += WAITS) {
    const joins = Array.from({ length: Math.min(WAITS, to - at) }, (_, each) => join(store, at + each));
    await Promise.all(joins);
  }
  return ((processorTime() - start) * 1_000) / (to - from);
}

async function join(store: WaitingRoomStore, number: number): Promise<void> {
  const who = { userId: `user-${number}`, lane: 'normal' } as const;
  const joined = await store.execute({ type: 'join', eventId: EVENT, ...who, terms: TERMS, pollMillis: 0 });
  if (isRefusal(joined)) throw new Error(`a join was refused: ${joined.refused}`);
}

/** Of people from all over the line. */
async function microsPerStatus(store: WaitingRoomStore, crowd: number): Promise<number> {
  const start = processorTime();
  for (let at = 0; at < ASKED; at += WAITS) {
    const asked = Array.from({ length: WAITS }, (_, each) => {
      const userId = `user-${((at + each) * 7_919) % crowd}`;
      return store.execute({ type: 'show_up', eventId: EVENT, userId, terms: TERMS, pollMillis: 0 });
    });
    await Promise.all(asked);
  }
  return ((processorTime() - start) * 1_000) / ASKED;
}

/** The tree grows behind the joins, in turns that hold nobody up. */
async function treeOf(store: WaitingRoomStore, draws: Draws): Promise<Finding[]> {
  const head = await store.head(EVENT);
  if (!head) throw new Error('there is no room');
  let [total, longest] = [0, 0];
  for (let done = false; !done; ) {
    const start = processorTime();
    done = await draws.catchUp(EVENT, head);
    const turn = processorTime() - start;
    total += turn;
    longest = Math.max(longest, turn);
  }
  return [
    { goal: 4, what: 'growing the tree, per entrant', value: (total * 1_000) / CROWD, unit: 'µs' },
    { goal: 4, what: 'longest turn of growing the tree', value: longest, unit: 'ms' },
  ];
}

async function publishing(store: WaitingRoomStore, draws: Draws, eventId = EVENT): Promise<number> {
  const head = await store.execute({ type: 'move_phase', eventId, move: 'open' });
  if (isRefusal(head)) throw new Error(head.refused);
  // The same roots again and again: one time would measure the machine's mood.
  const millis: number[] = [];
  for (let again = 0; again < 9; again++) {
    const start = performance.now();
    await draws.drawnOf(eventId, head, null);
    millis.push(performance.now() - start);
  }
  const drawn = await draws.drawnOf(eventId, head, null);
  const start = performance.now();
  await store.execute({ type: 'begin_service', eventId, drawn, terms: TERMS });
  return median(millis) + performance.now() - start;
}

function allPlaces(secret: string): number {
  const start = processorTime();
  const draw = { eventId: EVENT, secret, root: 'root', beacon: null };
  const shuffle = new Shuffle(draw, 'normal', CROWD, systemDigest());
  let sum = 0;
  for (let index = 0; index < CROWD; index++) sum += shuffle.placeOf(index);
  if (sum !== (CROWD * (CROWD + 1)) / 2) throw new Error('the shuffle is no permutation');
  return processorTime() - start;
}

/** Each on disk before it is acknowledged. */
function durableJoins(): Promise<Finding> {
  return withFolder(async (folder) => {
    const connection = sqliteConnection(`${await subfolder(folder, 'line')}/onrush.db`);
    await migrate(connection);
    const { store, draws } = roomOn(sqlWaitingRoomLedger(groupCommitter(connection)));
    await store.execute({ type: 'establish', eventId: EVENT, fresh: draws.fresh(EVENT, null) });
    const start = performance.now();
    await microsPerJoin(store, 0, DURABLE_JOINS);
    const seconds = (performance.now() - start) / 1_000;
    await connection.close();
    const value = DURABLE_JOINS / seconds;
    return { goal: 4, what: 'joins on disk before their answer, a thousand at a time', value, unit: 'per s' };
  });
}

function bytesInUse(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
