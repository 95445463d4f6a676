import { systemClock } from '../../../adapters/system/clock.ts';
import { systemDigest } from '../../../adapters/system/digest.ts';
import { systemRandom } from '../../../adapters/system/random.ts';
import { systemSeals } from '../../../adapters/system/seals.ts';
import { MINUTE } from '../../../core/clock.ts';
import { isRefusal } from '../../../core/refusal.ts';
import { Draws } from '../../../waiting-room/draw/draws.ts';
import { Passes } from '../../../waiting-room/passes.ts';
import type { Announcements } from '../../../waiting-room/ports/announcements.ts';
import type { WaitingRoomStore } from '../../../waiting-room/ports/waiting-room-store.ts';
import { WaitingRoomService } from '../../../waiting-room/service.ts';
import type { RoomTerms } from '../../../waiting-room/terms.ts';
import { median } from '../rounds.ts';

export const CROWD = 1_000_000;
export const SMALL_CROWD = 10_000;
/** The last of the million, whose joins are measured, and the statuses asked in one turn. */
export const ASKED = 50_000;
const AT_ONCE = 1_000;
const TURNS = 5;
/** A prime: neighbours in what is asked are far from each other in line. */
const SCATTERED = 7_919;

export const TERMS: RoomTerms = {
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

export const UNHEARD: Announcements = {
  placesMoved: () => undefined,
  roomChanged: () => undefined,
  missed: () => undefined,
};

/** The rooms of a store as the program serves them, without HTTP and without a sale behind them. */
export interface BenchedRooms {
  service: WaitingRoomService;
  store: WaitingRoomStore;
  draws: Draws;
}

export function roomsOn(store: WaitingRoomStore): BenchedRooms {
  const [clock, random] = [systemClock(), systemRandom()];
  const draws = new Draws({ store, digest: systemDigest(), clock, random });
  const passes = new Passes(systemSeals([{ kid: 'bench', key: Buffer.from(random.hex(32), 'hex') }]), clock);
  const rooms = { termsOf: () => TERMS, gated: () => [], nameOf: () => 'bench' };
  const inventory = { stockOf: async () => undefined };
  const health = { share: () => 1 };
  const service = new WaitingRoomService({ store, draws, rooms, passes, inventory, health, clock, random });
  return { service, store, draws };
}

/** The room draws, and begins to call. */
export async function open({ service, draws, store }: BenchedRooms, eventId: number): Promise<void> {
  await grow({ draws, store }, eventId);
  const opened = await service.move(eventId, 'open');
  if (isRefusal(opened)) throw new Error(`a room did not open: ${opened.refused}`);
}

/** The tree of the draw grows behind the joins, in turns that hold nobody up; says how long each took, in milliseconds. */
export async function grow(
  { draws, store }: Pick<BenchedRooms, 'draws' | 'store'>,
  eventId: number,
): Promise<number[]> {
  const head = await store.head(eventId);
  if (!head) throw new Error('there is no room');
  const turns: number[] = [];
  for (let done = false; !done; ) {
    const start = processorTime();
    done = await draws.catchUp(eventId, head);
    turns.push(processorTime() - start);
  }
  return turns;
}

/** What something cost, done many times. */
export interface Cost {
  /** Microseconds of processor time for each. */
  micros: number;
  perSecond: number;
}

/** People of these numbers take their places, a thousand at a time. */
export function joinAll(
  service: WaitingRoomService,
  eventId: number,
  [from, to]: readonly [number, number],
): Promise<Cost> {
  return costOf(to - from, (at) => join(service, eventId, from + at));
}

/** A status in each room. They are asked in turns: what the machine does meanwhile, it does to both. */
export async function statusInBoth(
  service: WaitingRoomService,
  rooms: { small: number; large: number },
): Promise<{ small: Cost; large: Cost }> {
  const small: Cost[] = [];
  const large: Cost[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    small.push(await statusOfMany(service, rooms.small, SMALL_CROWD));
    large.push(await statusOfMany(service, rooms.large, CROWD));
  }
  return { small: medianOf(small), large: medianOf(large) };
}

/** Of this process, all threads, in milliseconds: waiting for a core that somebody else has is no cost. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

async function join(service: WaitingRoomService, eventId: number, number: number): Promise<void> {
  const joined = await service.join(eventId, { userId: `user-${number}`, lane: 'normal' });
  if (isRefusal(joined)) throw new Error(`a join was refused: ${joined.refused}`);
}

/** Of people from all over the line: how each stands, with the signed receipt of his place. */
function statusOfMany(service: WaitingRoomService, eventId: number, crowd: number): Promise<Cost> {
  return costOf(ASKED, async (at) => {
    const told = await service.status(eventId, `user-${(at * SCATTERED) % crowd}`);
    if (isRefusal(told)) throw new Error(`a status was refused: ${told.refused}`);
  });
}

async function costOf(count: number, each: (at: number) => Promise<void>): Promise<Cost> {
  const [start, startTime] = [performance.now(), processorTime()];
  for (let at = 0; at < count; at += AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - at) }, (_, next) => each(at + next)));
  }
  const micros = ((processorTime() - startTime) * 1_000) / count;
  return { micros, perSecond: (count * 1_000) / (performance.now() - start) };
}

function medianOf(costs: readonly Cost[]): Cost {
  return {
    micros: median(costs.map(({ micros }) => micros)),
    perSecond: median(costs.map(({ perSecond }) => perSecond)),
  };
}
