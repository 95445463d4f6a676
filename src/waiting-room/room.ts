import type { Millis } from '../core/clock.ts';
import type { Limit } from './command.ts';
import { Shuffle } from './draw/shuffle.ts';
import { LANES, type Lane, type PerLane, perLane } from './lane.ts';
import { type Cursor, LanePeople } from './lane-people.ts';
import type { Turns } from './lane-turns.ts';
import { Pace } from './pace.ts';
import type { Phase } from './phase.ts';
import { isEnd, type Place, type PlaceEnd } from './place.ts';
import { longestPoll } from './poll.ts';
import type { Digest } from './ports/digest.ts';
import { GRACE_AFTER_READING, LONGEST_SESSION, type RoomTerms } from './terms.ts';
import type { Bucket } from './token-bucket.ts';

/** A sentence of the organiser to everybody in people. */
export interface RoomMessage {
  ko: string;
  en: string;
}

/** What was fixed at the opening. */
export interface Drawn {
  readonly entrants: PerLane<number>;
  /** Of each lane's tree. */
  readonly roots: PerLane<string>;
  /** Over all lanes. */
  readonly root: string;
  readonly beacon: string | null;
}

/** Everything of a room but its people; small, written with every decision that changes it. */
export interface RoomHead {
  readonly revision: number;
  readonly phase: Phase;
  /** Hex. Published at the opening. */
  readonly secret: string;
  /** Hex. Never published: it makes the nonces of the entrants. */
  readonly nonceKey: string;
  readonly commitment: string;
  readonly committedAt: Millis;
  readonly beaconSource: string | null;
  /** How many of each lane take part in the draw; null before the opening. */
  readonly frozen: PerLane<number> | null;
  readonly drawn: Drawn | null;
  readonly bucket: Bucket;
  readonly turns: Turns;
  readonly serving: PerLane<number>;
  /** Calls so far: the latest admission's number. */
  readonly admissions: number;
  readonly message: RoomMessage | null;
}

/** What a decision changes. `cursors`: how far each lane's calling has come. */
export interface RoomChanges {
  readonly places: readonly Place[];
  readonly head?: RoomHead;
  readonly cursors?: PerLane<Cursor>;
}

export const NO_CHANGES: RoomChanges = { places: [] };

/** A person's present place, as its number in a lane. */
export interface Slot {
  readonly lane: Lane;
  readonly number: number;
}

export type Ends = Record<PlaceEnd, number>;

/** One event's waiting room in memory: who has which place, and what has been decided about the room. */
export class Room {
  readonly eventId: number;
  readonly people: PerLane<LanePeople> = perLane(() => new LanePeople());
  readonly paces: PerLane<Pace> = perLane(() => new Pace());
  readonly ends: PerLane<Ends> = perLane(() => ({ LEFT: 0, NO_SHOW: 0, EXPIRED: 0, REVOKED: 0 }));
  /** Those who are READY or ACTIVE, by user. */
  readonly called = new Map<string, Place>();
  /** What limited the latest letting-in; for the organiser, so it is not kept beyond this memory. */
  limit: Limit = 'nobody';
  readonly #slots = new Map<string, number>();
  readonly #digest: Digest;
  #head: RoomHead;
  /** Ends of sessions as they are in the ledger. */
  readonly #writtenEnds = new Map<string, Millis>();
  /** When they came in who are inside, as far as this memory knows. */
  readonly #entered = new Map<string, Millis>();
  /** No call and no session ends before this. */
  #nextEnd: Millis = Number.POSITIVE_INFINITY;
  /** When the room was read from the ledger, and how long those in it may have been told to wait. */
  #read: { at: Millis; pollMillis: Millis } | undefined;

  constructor(eventId: number, head: RoomHead, digest: Digest) {
    this.eventId = eventId;
    this.#digest = digest;
    this.#head = head;
    if (head.drawn) this.#draw(head, head.drawn);
  }

  get head(): RoomHead {
    return this.#head;
  }

  get waiting(): number {
    return LANES.reduce((sum, lane) => sum + this.people[lane].waiting, 0);
  }

  slotOf(userId: string): Slot | undefined {
    const packed = this.#slots.get(userId);
    if (packed === undefined) return undefined;
    const lane = LANES[packed % LANES.length] as Lane;
    return { lane, number: Math.floor(packed / LANES.length) };
  }

  /** The present place of somebody; undefined when he has none. */
  placeOf(userId: string): Place | undefined {
    const called = this.called.get(userId);
    if (called) return called;
    const slot = this.slotOf(userId);
    if (!slot) return undefined;
    const people = this.people[slot.lane];
    const calls = people.hasMissed(slot.number) ? 1 : 0;
    const joinedAt = people.joinedAt(slot.number);
    return { userId, state: 'WAITING', joinedAt, admission: null, until: null, calls, ...slot };
  }

  /** No session of his lasts longer than this. */
  latestEndOf(userId: string): Millis {
    return (this.#entered.get(userId) ?? Number.POSITIVE_INFINITY) + LONGEST_SESSION;
  }

  /**
   * Who showed up for this moment or a later one is here. Soon after a restart that is everybody who was there: he may
   * have been told to come back later than that, and does not know that his last sign of life is forgotten.
   */
  hereSince(now: Millis, { absentMillis }: Pick<RoomTerms, 'absentMillis'>): Millis {
    if (!this.#read) return now;
    const { at, pollMillis } = this.#read;
    return now <= at + Math.max(GRACE_AFTER_READING, absentMillis) + pollMillis ? at : now;
  }

  /** Calls and sessions that are over, in the order of the calls. */
  over(now: Millis): Place[] {
    if (this.#nextEnd > now) return [];
    const over: Place[] = [];
    this.#nextEnd = Number.POSITIVE_INFINITY;
    for (const place of this.called.values()) {
      if ((place.until as Millis) <= now) over.push(place);
      else this.#nextEnd = Math.min(this.#nextEnd, place.until as Millis);
    }
    // Until they are applied, they stay due.
    if (over.length > 0) this.#nextEnd = now;
    return over;
  }

  /** Lengthens a session in memory, and returns the end that was last written. */
  slide(place: Place): Millis {
    this.called.set(place.userId, place);
    return this.#writtenEnds.get(place.userId) ?? (place.until as Millis);
  }

  slideWritten({ userId, until }: Place): void {
    this.#writtenEnds.set(userId, until as Millis);
  }

  apply({ places, head, cursors }: RoomChanges, now: Millis, presentUntil: Millis): void {
    if (head) {
      const before = this.#head;
      this.#head = head;
      if (head.drawn && !before.drawn) this.#draw(head, head.drawn);
    }
    if (cursors) for (const lane of LANES) this.people[lane].proceed(cursors[lane]);
    const calls = perLane(() => 0);
    for (const place of places) {
      if (place.state === 'READY') calls[place.lane]++;
      this.#move(place, presentUntil, now);
    }
    for (const lane of LANES) if (calls[lane] > 0) this.paces[lane].note(calls[lane], now);
  }

  /** Puts a place that was read from the ledger where it was. To be called in the order of numbers. */
  restore(place: Place, now: Millis): void {
    const { lane, number, userId, state } = place;
    const people = this.people[lane];
    if (isEnd(state)) {
      this.ends[lane][state]++;
      people.addGone(number, this.#keepsName(place) ? userId : '');
      return;
    }
    people.add(number, { userId, joinedAt: place.joinedAt, presentUntil: now });
    this.#slots.set(userId, packed(place));
    if (state === 'WAITING') {
      if (place.calls > 0) {
        people.call(number);
        people.uncall(number);
      } else if ((people.placeOf(number) ?? Number.POSITIVE_INFINITY) <= this.#head.serving[lane])
        people.setAside(number);
      return;
    }
    people.call(number);
    this.#put(place, now);
  }

  /** To be called when everybody has been restored. */
  restored(now: Millis): void {
    this.#read = { at: now, pollMillis: longestPoll(this.waiting) };
    for (const lane of LANES) {
      this.people[lane].proceed({ serving: this.#head.serving[lane], backTaken: 0, passed: [] });
    }
  }

  #move(place: Place, presentUntil: Millis, now: Millis): void {
    const { lane, number, userId, state } = place;
    const people = this.people[lane];
    if (isEnd(state)) {
      this.ends[lane][state]++;
      people.leave(number, { keepsName: this.#keepsName(place) });
      this.#slots.delete(userId);
      this.called.delete(userId);
      this.#writtenEnds.delete(userId);
      this.#entered.delete(userId);
    } else if (state === 'WAITING') {
      if (this.called.delete(userId)) people.uncall(number);
      else {
        people.add(number, { userId, joinedAt: place.joinedAt, presentUntil });
        this.#slots.set(userId, packed(place));
      }
    } else {
      if (!this.called.has(userId)) people.call(number);
      this.#put(place, now);
    }
  }

  #put(place: Place, now: Millis): void {
    this.called.set(place.userId, place);
    if (place.state === 'ACTIVE') {
      this.#writtenEnds.set(place.userId, place.until as Millis);
      if (!this.#entered.has(place.userId)) this.#entered.set(place.userId, now);
    }
    this.#nextEnd = Math.min(this.#nextEnd, place.until as Millis);
  }

  /** The receipts of the draw name everybody who took part, whatever became of him. */
  #keepsName({ lane, number }: Place): boolean {
    const { frozen } = this.#head;
    return frozen === null || number < frozen[lane];
  }

  #draw({ secret }: RoomHead, { entrants, root, beacon }: Drawn): void {
    for (const lane of LANES) {
      const draw = { eventId: this.eventId, secret, root, beacon };
      const count = entrants[lane];
      this.people[lane].draw(count > 0 ? new Shuffle(draw, lane, count, this.#digest) : undefined);
    }
  }
}

function packed({ lane, number }: Slot): number {
  return number * LANES.length + LANES.indexOf(lane);
}
