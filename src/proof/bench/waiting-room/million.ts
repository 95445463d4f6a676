import { embeddedWaitingRoomStore } from '../../../adapters/embedded/waiting-room-store.ts';
import { groupCommitter } from '../../../adapters/sql/commits/group-committer.ts';
import { migrate } from '../../../adapters/sql/migrate.ts';
import { sqliteConnection } from '../../../adapters/sql/sqlite/connection.ts';
import { sqlWaitingRoomLedger } from '../../../adapters/sql/waiting-room/waiting-room-ledger.ts';
import { systemClock } from '../../../adapters/system/clock.ts';
import { systemDigest } from '../../../adapters/system/digest.ts';
import { isRefusal } from '../../../core/refusal.ts';
import { Shuffle } from '../../../waiting-room/draw/shuffle.ts';
import type { WaitingRoomLedger } from '../../../waiting-room/ports/waiting-room-ledger.ts';
import type { Finding } from '../finding.ts';
import { median } from '../rounds.ts';
import { subfolder, withFolder } from '../servers.ts';
import {
  ASKED,
  type BenchedRooms,
  CROWD,
  grow,
  joinAll,
  open,
  processorTime,
  roomsOn,
  SMALL_CROWD,
  statusInBoth,
  TERMS,
  UNHEARD,
} from './crowd.ts';
import { bytesInUse } from './memory.ts';

const DURABLE_JOINS = 100_000;
const ROOMS = { small: 1, large: 2 };

/** Goal 4 in process: the room alone, on a ledger that keeps nothing, and then joins on disk. */
export async function benchMillion(): Promise<Finding[]> {
  const rooms = embeddedRoomsOn(forgetful());
  const { service, store, draws } = rooms;
  // What runs for the first time is compiled first, and that is not what is asked here.
  await joinAll(service, ROOMS.small, [0, SMALL_CROWD]);
  await open(rooms, ROOMS.small);
  const fresh = draws.fresh(ROOMS.large, null);
  await store.execute({ type: 'establish', eventId: ROOMS.large, fresh });
  const before = bytesInUse();
  const firstJoins = await joinAll(service, ROOMS.large, [0, SMALL_CROWD]);
  await joinAll(service, ROOMS.large, [SMALL_CROWD, CROWD - ASKED]);
  const lastJoins = await joinAll(service, ROOMS.large, [CROWD - ASKED, CROWD]);
  const memory = (bytesInUse() - before) / CROWD;
  const turns = await grow(rooms, ROOMS.large);
  // What growing left behind is collected now, and not in the middle of what is measured next.
  bytesInUse();
  const publish = await publishing(rooms, ROOMS.large);
  const status = await statusInBoth(service, ROOMS);
  const figure = (what: string, value: number, unit: string): Finding => ({ goal: 4, what, value, unit });
  const goal = (what: string, value: number, unit: string, atMost: number): Finding => ({
    goal: 4,
    what,
    value,
    unit,
    wanted: { atMost },
  });
  return [
    goal('memory per person of a million in line', memory, 'bytes', 200),
    goal('publishing the draw of a million, the tree being grown', publish, 'ms', 1),
    goal('join, a million beside ten thousand in line', lastJoins.micros / firstJoins.micros, '×', 2),
    goal('status, a million beside ten thousand in line', status.large.micros / status.small.micros, '×', 2),
    figure('all places of a million, computed on read', allPlaces(fresh.secret), 'ms'),
    figure('join', lastJoins.micros, 'µs'),
    figure('status', status.large.micros, 'µs'),
    figure('growing the tree, per entrant', (sumOf(turns) * 1_000) / CROWD, 'µs'),
    figure('longest turn of growing the tree', Math.max(...turns), 'ms'),
    figure('joins on disk before their answer, a thousand at a time', await durableJoins(), 'per s'),
  ];
}

function embeddedRoomsOn(ledger: WaitingRoomLedger): BenchedRooms {
  const needs = { clock: systemClock(), ledger, digest: systemDigest(), announcements: UNHEARD };
  return roomsOn(embeddedWaitingRoomStore(needs));
}

function forgetful(): WaitingRoomLedger {
  return {
    head: async () => undefined,
    async *places() {},
    append: async () => undefined,
    settled: async () => undefined,
    lineage: () => 0,
  };
}

async function publishing({ store, draws }: BenchedRooms, eventId: number): Promise<number> {
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
  const draw = { eventId: ROOMS.large, secret, root: 'root', beacon: null };
  const shuffle = new Shuffle(draw, 'normal', CROWD, systemDigest());
  let sum = 0;
  for (let index = 0; index < CROWD; index++) sum += shuffle.placeOf(index);
  if (sum !== (CROWD * (CROWD + 1)) / 2) throw new Error('the shuffle is no permutation');
  return processorTime() - start;
}

/** Each on disk before it is acknowledged; per second. */
function durableJoins(): Promise<number> {
  return withFolder(async (folder) => {
    const connection = sqliteConnection(`${await subfolder(folder, 'line')}/onrush.db`);
    await migrate(connection);
    const { service } = embeddedRoomsOn(sqlWaitingRoomLedger(groupCommitter(connection)));
    const { perSecond } = await joinAll(service, ROOMS.large, [0, DURABLE_JOINS]);
    await connection.close();
    return perSecond;
  });
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}
