import { assert } from '../core/assert.ts';
import { MINUTE, type Millis } from '../core/clock.ts';
import { type Stamp, stamp } from '../core/stamp.ts';
import { ExpiryIndex } from './expiry-index.ts';
import { FreeSeats } from './free-seats.ts';
import type { Hall } from './hall.ts';
import { HOLD_MOVES, type Hold, isLive } from './hold.ts';
import { type MoveCause, SEAT_MOVES, SEAT_STATES, type SeatState } from './seat.ts';

/** One seat's step from one state to the next. */
export interface SeatMove {
  readonly ordinal: number;
  readonly seatId: number;
  readonly from: SeatState;
  readonly to: SeatState;
  readonly cause: MoveCause;
  /** Grows by one per move of the event within an epoch; a new claim takes it as its fence. */
  readonly number: Stamp;
  readonly at: Millis;
  /** The claim that moved, as it stands after the move; undefined for block and unblock. */
  readonly hold: Hold | undefined;
  /** Who asked: a buyer's or an organiser's id; null when the clock did. */
  readonly actor: string | null;
}

/** What a decision changes: applied to the state, written to the ledger, announced; in this order of moves. */
export interface Changes {
  readonly moves: readonly SeatMove[];
  /** Holds whose row is new or different. */
  readonly holds: readonly Hold[];
}

export const NO_CHANGES: Changes = { moves: [], holds: [] };

/** How many seats a buyer has live, and when his latest holds lapsed. */
export interface Buyer {
  live: number;
  lapses: Millis[];
}

export type SeatCounts = Record<SeatState, number>;

/** The state that a byte begins with. */
const AVAILABLE = SEAT_STATES.indexOf('AVAILABLE');

/** Lapses older than this no longer count against a buyer. */
export const CHURN_WINDOW: Millis = 10 * MINUTE;
/** More of one buyer are not kept: no limit on them is larger, and ids that many share lapse without end. */
const LAPSES_KEPT = 1_000;

/**
 * The state of one event's seats. Only `apply` changes it, so that live and replayed states are the same; decisions
 * read it and say what should change.
 */
export class Claims {
  readonly hall: Hall;
  readonly epoch: number;
  readonly expiries = new ExpiryIndex();
  readonly free: FreeSeats;
  /** The latest claim of each seat, live or ended. */
  readonly latest: (Hold | undefined)[];
  /** Holds that can still end: HELD and PAYING. */
  readonly live = new Map<number, Hold>();
  readonly buyers = new Map<string, Buyer>();
  readonly counts: SeatCounts = { AVAILABLE: 0, HELD: 0, PAYING: 0, SOLD: 0, BLOCKED: 0 };
  readonly #states: Uint8Array;
  #moves: number;

  constructor(hall: Hall, epoch: number, seed: ClaimsSeed) {
    this.hall = hall;
    this.epoch = epoch;
    this.#moves = seed.moves ?? 0;
    this.#states = new Uint8Array(hall.seats.length);
    this.latest = new Array(hall.seats.length);
    this.free = new FreeSeats(hall, (ordinal) => this.#states[ordinal] === AVAILABLE);
    for (const seatId of seed.blocked) this.#set(this.#ordinal(seatId), 'BLOCKED');
    for (const hold of seed.lapsed) this.latest[this.#ordinal(hold.seatId)] = hold;
    for (const hold of seed.holds) this.#restore(hold);
    for (const { userId, at } of seed.lapses) this.buyer(userId).lapses.push(at);
    for (const code of this.#states) this.counts[SEAT_STATES[code] as SeatState]++;
  }

  stateAt(ordinal: number): SeatState {
    return SEAT_STATES[this.#states[ordinal] as number] as SeatState;
  }

  /** The claim that has a seat now. */
  claimAt(ordinal: number): Hold | undefined {
    const state = this.stateAt(ordinal);
    return state === 'AVAILABLE' || state === 'BLOCKED' ? undefined : this.latest[ordinal];
  }

  /** The number of the `offset`-th move from here, from 0. */
  moveNumber(offset: number): Stamp {
    return stamp(this.epoch, this.#moves + 1 + offset);
  }

  buyer(userId: string): Buyer {
    const known = this.buyers.get(userId);
    if (known) return known;
    const buyer: Buyer = { live: 0, lapses: [] };
    this.buyers.set(userId, buyer);
    return buyer;
  }

  /** Throws BrokenInvariant on a move that the tables do not have; the caller then must not go on with this state. */
  apply({ moves, holds }: Changes): void {
    for (const move of moves) {
      assert(this.stateAt(move.ordinal) === move.from, `seat ${move.seatId} is not ${move.from}`);
      assert(SEAT_MOVES[move.from].includes(move.to), `seat ${move.seatId}: ${move.from} to ${move.to}`);
      this.counts[move.from]--;
      this.counts[move.to]++;
      this.#set(move.ordinal, move.to);
    }
    this.#moves += moves.length;
    for (const hold of holds) this.#update(hold);
  }

  /** Drops what no longer counts against anybody, so that buyers who left cost nothing. */
  forgetLapsesBefore(time: Millis): void {
    for (const [userId, buyer] of this.buyers) {
      buyer.lapses = buyer.lapses.filter((lapse) => lapse > time);
      if (buyer.live === 0 && buyer.lapses.length === 0) this.buyers.delete(userId);
    }
  }

  #update(hold: Hold): void {
    const ordinal = this.#ordinal(hold.seatId);
    const latest = this.latest[ordinal];
    const known = latest?.holdId === hold.holdId ? latest : undefined;
    assert(
      !known || (known.state === hold.state ? isLive(known) : HOLD_MOVES[known.state].includes(hold.state)),
      `hold ${hold.holdId}: ${known?.state} to ${hold.state}`,
    );
    const before = this.live.get(hold.holdId);
    this.latest[ordinal] = hold;
    const buyer = this.buyer(hold.userId);
    if (isLive(hold)) {
      if (!before) buyer.live++;
      if (before?.expiresAt !== hold.expiresAt) this.expiries.add(hold.expiresAt, hold.holdId);
      this.live.set(hold.holdId, hold);
      return;
    }
    if (before) {
      this.live.delete(hold.holdId);
      buyer.live--;
    }
    if (hold.state === 'EXPIRED' && before?.state === 'HELD') this.#lapsed(buyer, hold.expiresAt);
    else if (buyer.live === 0 && buyer.lapses.length === 0) this.buyers.delete(hold.userId);
  }

  /** Seats that were held together lapse together, and count once. */
  #lapsed(buyer: Buyer, at: Millis): void {
    if (buyer.lapses.at(-1) === at) return;
    buyer.lapses = buyer.lapses.filter((lapse) => lapse > at - CHURN_WINDOW);
    buyer.lapses.push(at);
    if (buyer.lapses.length > LAPSES_KEPT) buyer.lapses.shift();
  }

  #restore(hold: Hold): void {
    const ordinal = this.#ordinal(hold.seatId);
    assert(this.#states[ordinal] === AVAILABLE, `seat ${hold.seatId} has two live claims`);
    this.latest[ordinal] = hold;
    if (hold.state === 'CONFIRMED') {
      this.#set(ordinal, 'SOLD');
      return;
    }
    assert(isLive(hold), `hold ${hold.holdId} is ${hold.state}, not live`);
    this.#set(ordinal, hold.state === 'PAYING' ? 'PAYING' : 'HELD');
    this.live.set(hold.holdId, hold);
    this.buyer(hold.userId).live++;
    this.expiries.add(hold.expiresAt, hold.holdId);
  }

  #set(ordinal: number, state: SeatState): void {
    this.#states[ordinal] = SEAT_STATES.indexOf(state);
    this.free.seatChanged(ordinal);
  }

  #ordinal(seatId: number): number {
    const ordinal = this.hall.ordinalOf(seatId);
    assert(ordinal !== undefined, `seat ${seatId} is not in the hall of event ${this.hall.eventId}`);
    return ordinal;
  }
}

/** What the ledger knows of an event's claims. */
export interface ClaimsSeed {
  /** Live holds, and the confirmed hold behind each sale. */
  holds: readonly Hold[];
  blocked: readonly number[];
  /** Lapses within the churn window, oldest first. */
  lapses: readonly { userId: string; at: Millis }[];
  /** The latest hold of each seat that lapsed within the churn window, so that its buyer hears that it is over. */
  lapsed: readonly Hold[];
  /** Moves of this epoch that were made before; none for a whole hall, whose epoch begins with its reading. */
  moves?: number;
}
