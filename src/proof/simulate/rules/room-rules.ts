import type { HoldRecord } from '../../../adapters/sql/seats/hold-row.ts';
import { systemDigest } from '../../../adapters/system/digest.ts';
import { type Millis, SECOND } from '../../../core/clock.ts';
import { Shuffle } from '../../../waiting-room/draw/shuffle.ts';
import type { RoomHead } from '../../../waiting-room/room.ts';
import type { Marks } from '../marks.ts';
import { must } from '../violation.ts';
import type { Batch } from './committed.ts';

/** A row of `waiting_place` as it was written. */
export interface PlaceRow {
  event_id: number;
  lane: 'high' | 'normal' | 'low';
  number: number;
  user_id: string;
  state: string;
  admission: number | null;
  until_at: number | null;
  calls: number;
}

/** What the waiting room of this seed allows. */
export interface RoomHouse {
  ratePerSecond: number;
  burst: number;
  activeMax: number;
  entryMillis: Millis;
  /** By nodes, whose clocks follow that of Redis and differ a little; seats are held there, and the ledger follows. */
  isShared: boolean;
}

/** The legal moves of a place; on purpose not the table that the rules themselves use. */
const LEGAL: Readonly<Record<string, readonly string[]>> = {
  none: ['WAITING'],
  WAITING: ['READY', 'LEFT', 'REVOKED'],
  READY: ['ACTIVE', 'WAITING', 'LEFT', 'REVOKED', 'NO_SHOW'],
  ACTIVE: ['ACTIVE', 'LEFT', 'REVOKED', 'EXPIRED'],
};
const INSIDE = new Set(['READY', 'ACTIVE']);
const LIVE = new Set(['WAITING', ...INSIDE]);
/** Phases in which people are let in. */
const OPEN = new Set(['open', 'drained']);
/** Who showed up within this is present, whatever restarted meanwhile. */
const PRESENT: Millis = 30 * SECOND;
/** What was let in a moment before its end may reach the disk a moment after it. */
const ON_THE_WAY: Millis = 10 * SECOND;
/** A slow answer misleads a node that measures how far its clock is off. */
const CLOCKS_DIFFER: Millis = 400;

/** Judges the waiting room by its committed rows: invariants 12 to 15. */
export class RoomRules {
  readonly places = new Map<string, PlaceRow>();
  /** When each person last heard how he stands, in the world's time. */
  readonly seen = new Map<string, Millis>();
  readonly heads = new Map<number, RoomHead>();
  /** Entry tokens that somebody was let in with. */
  readonly exchanged = new Set<string>();
  readonly #house: RoomHouse;
  readonly #marks: Marks;
  readonly #called: Millis[] = [];
  readonly #entered = new Map<number, PlaceRow>();
  readonly #endedAt = new Map<number, Millis>();
  /** Of sessions that ran out, by their own words. */
  readonly #ranOutAt = new Map<number, Millis>();
  readonly #shuffles = new Map<string, Shuffle>();

  constructor(house: RoomHouse, marks: Marks) {
    this.#house = house;
    this.#marks = marks;
  }

  check({ places, heads, holds }: Batch, now: Millis): void {
    // Of the decisions that share a commit any may have been the one that calls.
    const phases = [...this.heads.values()].map(({ phase }) => phase);
    for (const { event_id, head_json } of heads) {
      const head = JSON.parse(head_json) as RoomHead;
      this.heads.set(event_id, head);
      phases.push(head.phase);
    }
    const isOpen = phases.some((phase) => OPEN.has(phase));
    for (const row of places) {
      const isCall = row.state === 'READY';
      must(isOpen || !isCall, 14, () => `${row.user_id} was called into a room that is ${phases.at(-1)}`);
      this.#move(row, now);
    }
    for (const row of places) if (row.state === 'READY') this.#inOrder(row, now);
    if (places.length > 0) this.#counts();
    for (const { before, after } of holds) if (!before) this.#admitted(after, now);
  }

  /** Calls and sessions that have not ended, and people whom nobody calls though they are here. */
  unfinished(): string[] {
    return [...this.places.values()]
      .filter(({ state, calls, event_id }) => {
        const isOpen = this.heads.get(event_id)?.phase === 'open';
        return INSIDE.has(state) || (state === 'WAITING' && calls === 0 && isOpen);
      })
      .map(({ user_id, state }) => `${user_id} is ${state}`);
  }

  /** The place that somebody has, if he has one. */
  liveOf(eventId: number, userId: string): PlaceRow | undefined {
    return [...this.places.values()].find(
      (row) => row.event_id === eventId && row.user_id === userId && LIVE.has(row.state),
    );
  }

  #move(row: PlaceRow, now: Millis): void {
    const key = keyOf(row);
    const before = this.places.get(key);
    const from = before?.state ?? 'none';
    const name = `${row.user_id} at ${key}`;
    // A place that has ended stays so, whatever comes late.
    if (before && !LIVE.has(from)) return;
    must(LEGAL[from]?.includes(row.state) ?? false, 15, () => `${name}: ${from} to ${row.state}`);
    must(!before || before.user_id === row.user_id, 15, () => `${name} was ${before?.user_id}'s`);
    this.places.set(key, row);
    if (row.state === 'READY') this.#call(row);
    if (row.state === 'ACTIVE' && from === 'READY') {
      const admission = row.admission ?? 0;
      must(!this.#entered.has(admission), 15, () => `admission ${admission} was exchanged twice`);
      this.#entered.set(admission, row);
      this.#marks.met('entered from the waiting room');
    }
    if (!LIVE.has(row.state)) this.#endedAt.set(row.admission ?? -1, now);
    if (row.state === 'NO_SHOW') this.#marks.met('somebody called did not come');
    if (row.state === 'EXPIRED') {
      this.#ranOutAt.set(row.admission ?? -1, row.until_at ?? now);
      this.#marks.met('session ended unused');
    }
  }

  #call({ until_at, user_id }: PlaceRow): void {
    const { ratePerSecond, burst, entryMillis, isShared } = this.#house;
    const slack = isShared ? (CLOCKS_DIFFER * ratePerSecond) / SECOND : 1e-6;
    const at = (until_at ?? 0) - entryMillis;
    this.#called.push(at);
    for (const from of this.#called) {
      const count = this.#called.filter((each) => each >= from && each <= at).length;
      const allowed = ((at - from) * ratePerSecond) / SECOND + burst;
      must(
        count <= allowed + slack,
        12,
        () => `${user_id}: ${count} calls from ${from} to ${at}, ${allowed} allowed`,
      );
    }
  }

  /** Nobody who waits, is here and was never called has a lower place in the lane. */
  #inOrder(called: PlaceRow, now: Millis): void {
    for (const row of this.places.values()) {
      const isBefore = row.event_id === called.event_id && row.lane === called.lane && row.calls === 0;
      if (!isBefore || row.state !== 'WAITING') continue;
      const isHere = now - (this.seen.get(row.user_id) ?? 0) < PRESENT;
      must(
        !isHere || this.placeOf(row) > this.placeOf(called),
        13,
        () => `${called.user_id} was called before ${row.user_id}, who has place ${this.placeOf(row)}`,
      );
    }
  }

  placeOf({ event_id, lane, number }: Pick<PlaceRow, 'event_id' | 'lane' | 'number'>): number {
    const head = this.heads.get(event_id);
    const count = head?.drawn?.entrants[lane] ?? 0;
    if (!head?.drawn || number >= count) return number + 1;
    const key = `${event_id} ${lane}`;
    const { root, beacon } = head.drawn;
    const draw = { eventId: event_id, secret: head.secret, root, beacon };
    const shuffle = this.#shuffles.get(key) ?? new Shuffle(draw, lane, count, systemDigest());
    this.#shuffles.set(key, shuffle);
    if (count > 1) this.#marks.met('place drawn');
    return shuffle.placeOf(number);
  }

  #counts(): void {
    const rows = [...this.places.values()];
    const inside = rows.filter(({ state }) => INSIDE.has(state)).length;
    must(inside <= this.#house.activeMax, 12, () => `${inside} people are called or inside`);
    const live = rows.filter(({ state }) => LIVE.has(state)).map(({ user_id }) => user_id);
    must(new Set(live).size === live.length, 15, () => `somebody has two places: ${live.join()}`);
  }

  /** Invariant 14, for every hold of an event that has a waiting room. */
  #admitted(
    hold: Pick<HoldRecord, 'event_id' | 'user_id' | 'admission_id' | 'hold_id' | 'held_at'>,
    now: Millis,
  ): void {
    if (!this.heads.has(hold.event_id)) return;
    const at = this.#house.isShared ? hold.held_at : now;
    const [eventId, number] = (hold.admission_id ?? '').split('-').map(Number);
    const entered = this.#entered.get(number ?? -1);
    const name = `hold ${hold.hold_id} of ${hold.user_id} (${hold.admission_id})`;
    must(eventId === hold.event_id && entered !== undefined, 14, () => `${name} has no admission`);
    must(entered.user_id === hold.user_id, 14, () => `${name} has the admission of ${entered.user_id}`);
    const ended = this.#endedAt.get(number ?? -1);
    must(ended === undefined || at - ended < ON_THE_WAY, 14, () => `${name}: the session ended at ${ended}`);
    // The store is told until when: it holds nothing later, however long whoever looked at the session stood still.
    const ranOut = this.#ranOutAt.get(number ?? -1) ?? Number.POSITIVE_INFINITY;
    const late = hold.held_at - ranOut - (this.#house.isShared ? CLOCKS_DIFFER : 0);
    must(
      late < 0,
      14,
      () => `${name}: the session ran out at ${ranOut}, the seat was held at ${hold.held_at}`,
    );
    this.#marks.met('seat held behind the gate');
  }
}

function keyOf({ event_id, lane, number }: PlaceRow): string {
  return `${event_id}/${lane}/${number}`;
}
