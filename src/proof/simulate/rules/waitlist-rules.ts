import type { EntryRecord } from '../../../adapters/sql/waitlist/waitlist-row.ts';
import type { Millis } from '../../../core/clock.ts';
import type { SeatOffer, Wish } from '../../../waitlist/entry.ts';
import type { Marks } from '../marks.ts';
import { must } from '../violation.ts';
import type { Batch, Committed } from './committed.ts';

/** The legal moves of an entry; on purpose not the table that the rules themselves use. */
const LEGAL: Readonly<Record<string, readonly string[]>> = {
  none: ['WAITING'],
  WAITING: ['WAITING', 'OFFERED', 'PROMOTED', 'LEFT', 'REFUSED'],
  OFFERED: ['ACCEPTED', 'DECLINED', 'LAPSED', 'WAITING'],
};
const LIVE = new Set(['WAITING', 'OFFERED']);
const SERVED = new Set(['OFFERED', 'PROMOTED']);
/**
 * Who asked for seats before somebody began to wait, or at another node within a quarter of a second after it, may get them
 * after it: the slowest commit and a retry.
 */
const AT_THE_SAME_TIME: Millis = 3_250;
/** Longer where seats may be loaded anew meanwhile. */
const LOADED_ANEW: Millis = 1_000;

export interface WaitlistHouse {
  /** By nodes: seats are held in Redis, and the ledger follows. */
  isShared: boolean;
  /** A node may not know for so long, beyond the usual, what the others did. */
  ignorant: Millis;
}

/** What was offered before the ledger had it. */
interface Owed {
  key: string;
  userId: string;
  at: Millis;
}

interface EntryRow extends EntryRecord {
  /** In the world's time. */
  since: Millis;
}

/**
 * Judges the lines by their committed rows: nobody overtakes (43), seats are offered once (44), and at rest no seats are
 * free that somebody waits for (42).
 */
export class WaitlistRules {
  readonly entries = new Map<string, EntryRow>();
  readonly #committed: Committed;
  readonly #marks: Marks;
  readonly #offered = new Map<number, string>();
  readonly #heldFor = new Map<string, number>();
  readonly #lastPlace = new Map<number, number>();
  readonly #house: WaitlistHouse;
  readonly #mayBeLost: (at: Millis) => boolean;
  readonly #owed = new Map<number, Owed>();

  /** `mayBeLost`: whether what was taken at a moment may have been lost since. */
  constructor(
    committed: Committed,
    house: WaitlistHouse,
    { marks, mayBeLost }: { marks: Marks; mayBeLost: (at: Millis) => boolean },
  ) {
    this.#committed = committed;
    this.#house = house;
    this.#marks = marks;
    this.#mayBeLost = mayBeLost;
  }

  hasJoined(sessionIds: readonly string[]): boolean {
    return [...this.entries.values()].some(({ session_id }) => sessionIds.includes(session_id ?? ''));
  }

  check({ entries, holds, moves }: Batch, now: Millis): void {
    // Who paid too late gets his seat back, if it is free: he came before those who wait.
    const paidLate = new Set(
      moves.filter(({ cause }) => cause === 'late_payment').map(({ seat_id }) => seat_id),
    );

    for (const row of entries) this.#move(row, now);
    for (const row of entries) if (SERVED.has(row.state)) this.#served(row, now);
    for (const { before, after } of holds) {
      if (before) continue;
      this.#heldOnce(after.session_id);
      if (!paidLate.has(after.seat_id)) this.#fromOutside(after, this.#house.isShared ? after.held_at : now);
      this.#paidOff(after);
    }
  }

  /** What was offered has come to the ledger, or was lost with the seats. */
  checkAtRest(): void {
    for (const [holdId, { key, userId, at }] of this.#owed) {
      // The seats may have been lost before the party was told of them, or after.
      const held = at - AT_THE_SAME_TIME - this.#house.ignorant;
      const isLost = [at, held].some(this.#mayBeLost);
      must(
        isLost,
        44,
        () => `hold ${holdId} was offered to ${userId} (entry ${key}) and never came to the ledger`,
      );
      this.#marks.met('offer lost with the seats');
    }
  }

  /** Offers that nobody answered, and parties whose seats are free. Undefined: the event is not on sale. */
  unfinished(isUnnumberedOnSale: (eventId: number) => boolean | undefined): string[] {
    const free = new Map<number, number>();
    for (const { eventId, state } of this.#committed.seats.values())
      if (state === 'AVAILABLE') free.set(eventId, (free.get(eventId) ?? 0) + 1);
    return [...this.entries.values()].flatMap((row) => {
      if (row.state === 'OFFERED') return [`an offer to ${row.user_id} is open`];
      const unnumbered = isUnnumberedOnSale(row.event_id);
      if (row.state !== 'WAITING' || unnumbered === undefined) return [];
      const { size } = wishOf(row);
      const fits = size <= (free.get(row.event_id) ?? 0) && (unnumbered || size === 1);
      return fits ? [`${row.user_id} waits for ${size} seats of event ${row.event_id}, which are free`] : [];
    });
  }

  #move(row: EntryRecord, now: Millis): void {
    const key = keyOf(row);
    const before = this.entries.get(key);
    const from = before?.state ?? 'none';
    const name = `entry ${key} of ${row.user_id}`;
    must(LEGAL[from]?.includes(row.state) ?? false, 43, () => `${name}: ${from} to ${row.state}`);
    must(row.revision === (before?.revision ?? 0) + 1, 43, () => `${name}: revision ${row.revision}`);
    this.entries.set(key, { ...row, since: before?.since ?? now });
    if (!before) this.#joined(row, name);
    if (row.state === 'ACCEPTED') this.#marks.met('offer accepted');
    if (row.state === 'LAPSED') this.#marks.met('offer lapsed');
    if (row.state === 'PROMOTED') this.#marks.met('seats went to the line');
  }

  #joined({ event_id, place, user_id }: EntryRecord, name: string): void {
    const last = this.#lastPlace.get(event_id) ?? 0;
    must(place > last, 43, () => `${name} came after place ${last}`);
    this.#lastPlace.set(event_id, place);
    const own = [...this.entries.values()].filter(
      (row) => row.event_id === event_id && row.user_id === user_id && LIVE.has(row.state),
    );
    must(own.length === 1, 15, () => `${user_id} has ${own.length} places in one line`);
  }

  /** What is offered is held, for this party alone, and no party before it that asks for no more still waits. */
  #served(row: EntryRecord, now: Millis): void {
    const key = keyOf(row);
    const { holdIds } = JSON.parse(row.offer_json ?? '') as SeatOffer;
    const { size } = wishOf(row);
    must(holdIds.length === size, 4, () => `entry ${key} got ${holdIds.length} of ${size} seats`);
    for (const holdId of holdIds) {
      const hold = this.#committed.holds.get(holdId);
      if (!hold && this.#house.isShared) this.#owed.set(holdId, { key, userId: row.user_id, at: now });
      else this.#his(holdId, row.user_id, hold?.user_id);
      const other = this.#offered.get(holdId);
      must(!other, 44, () => `hold ${holdId} was offered to entry ${other} and to ${key}`);
      this.#offered.set(holdId, key);
    }
    for (const other of this.entries.values()) {
      const wasBefore = other.event_id === row.event_id && other.place < row.place && other.attempt === 1;
      const overtaken = wasBefore && other.state === 'WAITING' && wishOf(other).size <= size;
      must(!overtaken, 43, () => `entry ${key} was served before ${keyOf(other)}, which asks for no more`);
    }
  }

  #paidOff({ hold_id, user_id }: { hold_id: number; user_id: string }): void {
    const owed = this.#owed.get(hold_id);
    if (!owed) return;
    this.#owed.delete(hold_id);
    this.#his(hold_id, owed.userId, user_id);
  }

  #his(holdId: number, userId: string, holder: string | undefined): void {
    must(holder === userId, 44, () => `hold ${holdId} was offered to ${userId} and is not his`);
  }

  /** Under one session one entry has joined: its seats are held once for each of its attempts. */
  #heldOnce(sessionId: string | null): void {
    if (!sessionId?.startsWith('wait/')) return;
    const held = (this.#heldFor.get(sessionId) ?? 0) + 1;
    this.#heldFor.set(sessionId, held);
    const entry = [...this.entries.values()].find(({ session_id }) => session_id === sessionId);
    const most = entry ? wishOf(entry).size * entry.attempt : 0;
    must(held <= most, 44, () => `${held} seats were held for ${sessionId}, which asked for ${most}`);
  }

  /** Of unnumbered seats: who comes while somebody waits does not get any. */
  #fromOutside(
    hold: { event_id: number; user_id: string; session_id: string | null; group_id: number },
    now: Millis,
  ): void {
    if (hold.session_id?.startsWith('wait/') || !this.isUnnumbered(hold.event_id)) return;
    const { isShared, ignorant } = this.#house;
    const meanwhile = AT_THE_SAME_TIME + ignorant + (isShared ? LOADED_ANEW : 0);
    for (const row of this.entries.values()) {
      const isOld = now - row.since > meanwhile;
      const isWaiting = row.event_id === hold.event_id && row.state === 'WAITING' && row.attempt === 1;
      const overtaken = isOld && isWaiting;
      must(!overtaken, 43, () => `${hold.user_id} got a seat while ${row.user_id} waited since ${row.since}`);
    }
  }

  /** Set when the sale opens: which events have unnumbered seats. */
  isUnnumbered: (eventId: number) => boolean = () => false;
}

function keyOf({ event_id, place }: Pick<EntryRecord, 'event_id' | 'place'>): string {
  return `${event_id}/${place}`;
}

function wishOf({ wish_json }: EntryRecord): Wish {
  return JSON.parse(wish_json) as Wish;
}
