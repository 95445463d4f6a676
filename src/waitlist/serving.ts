import type { Clock } from '../core/clock.ts';
import { isConflict } from '../core/conflict.ts';
import type { Locks } from '../core/locks.ts';
import { isRefusal, type Refusal } from '../core/refusal.ts';
import { onlyUnavailable } from '../core/unavailable.ts';
import type { Entry, HeldParty, Wish } from './entry.ts';
import { lapsed, offered, refusedFor, waitingAgain } from './moves.ts';
import type { Announcements } from './ports/announcements.ts';
import type { Events, LineTerms } from './ports/events.ts';
import type { Seats } from './ports/seats.ts';
import type { WaitlistEntries } from './ports/waitlist-entries.ts';
import type { WaitlistTurns } from './ports/waitlist-turns.ts';
import { asksForNoLess, nextParties } from './turn.ts';

/** Entries read at a time, and parties served at once: a commit's worth. */
const PAGE = 500;
const PARTIES_AT_ONCE = 100;
const OVERDUE_AT_ONCE = 200;
/**
 * What a party cannot have however many seats come back: it has all that the event allows a buyer, or the organiser took its
 * admission back.
 */
const NEVER = new Set(['SEAT_LIMIT_REACHED', 'TOO_MANY_SEATS', 'ADMISSION_INVALID']);

export interface ServingNeeds {
  entries: Pick<WaitlistEntries, 'save'>;
  turns: WaitlistTurns;
  seats: Seats;
  events: Events;
  announcements: Announcements;
  locks: Locks;
  clock: Clock;
}

/** What a turn of the line is for: seats came back, or somebody says so by hand. */
export type Occasion = 'seats' | 'hand';

/**
 * Gives seats that came back to those who wait, first come first. One turn an event at a time, on all nodes. A turn is
 * safe to break off anywhere: seats are held under the entry's own command id, so the next turn finds them.
 */
export class Serving {
  readonly #needs: ServingNeeds;
  /** Turns that have not looked at the line yet, by event: whoever asks meanwhile shares them. */
  readonly #coming = new Map<string, Promise<Entry[]>>();

  constructor(needs: ServingNeeds) {
    this.#needs = needs;
  }

  /** Seats may have come back. Never throws: what cannot be done now is done by the sweep. */
  seatsFreed(eventId: number): void {
    this.serve(eventId).catch(onlyUnavailable);
  }

  /** Serves the line, and returns the entries that got seats, in their order. `hand` serves lines that are not served by themselves, too. */
  serve(eventId: number, occasion: Occasion = 'seats'): Promise<Entry[]> {
    const key = `${occasion} ${eventId}`;
    const coming = this.#coming.get(key);
    if (coming) return coming;
    const turn = this.#afterThisTurn().then(() => this.#take(eventId, occasion, key));
    this.#coming.set(key, turn);
    return turn;
  }

  /** Ends the offers whose time to answer is over, gives their seats back, and says how many there were. */
  async endOverdue(): Promise<number> {
    const { turns, clock } = this.#needs;
    const overdue = await turns.overdue(clock.now(), OVERDUE_AT_ONCE);
    for (const entry of overdue) await this.#lapse(entry);
    return overdue.length;
  }

  /** Lets what is decided in this turn gather, so that a crowd of cancellations is one turn of the line. */
  #afterThisTurn(): Promise<void> {
    return new Promise((resolve) => {
      this.#needs.clock.after(0, resolve);
    });
  }

  async #take(eventId: number, occasion: Occasion, key: string): Promise<Entry[]> {
    const served: Entry[] = [];
    const begin = () => {
      this.#coming.delete(key);
      return this.#serveAll(eventId, occasion, served);
    };
    try {
      if (!(await this.#needs.turns.isAnyWaiting(eventId))) return served;
      await this.#needs.locks.distributedLock(`${eventId}:waitlist`, begin);
      return served;
    } finally {
      this.#coming.delete(key);
    }
  }

  async #serveAll(eventId: number, occasion: Occasion, served: Entry[]): Promise<void> {
    const { seats, turns } = this.#needs;
    const wasBrokenOff = await turns.wasBrokenOff(eventId);
    if (wasBrokenOff) served.push(...(await this.#finish(eventId)));
    const free = await seats.free(eventId);
    const isBegun = free > 0 && (await this.#serveFree(eventId, { occasion, served, free }));
    if (isBegun || wasBrokenOff) await turns.end(eventId);
  }

  /**
   * Parties for whom seats are held, by a turn that was broken off before it wrote so. Who stands before one of them and
   * asks for no more was to get seats in the same turn, and his were lost: he gets some first.
   */
  async #finish(eventId: number): Promise<Entry[]> {
    const { events, seats, turns } = this.#needs;
    const terms = events.terms(eventId);
    const holders = await seats.holders(eventId);
    const finished: Entry[] = [];
    for (let after = 0; terms && holders.size > 0; ) {
      const line = await turns.waiting(eventId, after, PAGE);
      const maybe = line.filter(({ userId }) => holders.has(userId));
      const wereHeld = await Promise.all(maybe.map((entry) => seats.wasHeldFor(entry)));
      const held = maybe.filter((_, index) => wereHeld[index]);
      const { entries } = await this.#offerAll(line.filter(comesBefore(held)), terms);
      finished.push(...entries);
      const last = line.at(-1);
      if (!last) break;
      after = last.place;
    }
    return finished;
  }

  /** Whether a turn was begun, which is to be ended. */
  async #serveFree(
    eventId: number,
    { occasion, served, ...seen }: { occasion: Occasion; served: Entry[]; free: number },
  ): Promise<boolean> {
    const { events, seats, turns } = this.#needs;
    const noRoomFor: Wish[] = [];
    let { free } = seen;
    let isBegun = false;
    for (let after = 0; free > 0; ) {
      const terms = events.terms(eventId);
      if (!terms?.onSale || (terms.servedByHand && occasion !== 'hand')) break;
      const line = await turns.waiting(eventId, after, PAGE);
      if (line.length === 0) break;
      const turn = { free, unnumbered: terms.unnumbered, noRoomFor, most: PARTIES_AT_ONCE };
      const { parties, through, passed } = nextParties(line, turn);
      noRoomFor.push(...passed);
      after = through;
      if (parties.length === 0) continue;
      if (!isBegun) await turns.begin(eventId);
      isBegun = true;
      const { entries, noRoom } = await this.#offerAll(parties, terms);
      served.push(...entries);
      noRoomFor.push(...noRoom);
      free = await seats.free(eventId);
    }
    return isBegun;
  }

  async #offerAll(
    parties: readonly Entry[],
    { answerMillis }: LineTerms,
  ): Promise<{ entries: Entry[]; noRoom: Wish[] }> {
    if (parties.length === 0) return { entries: [], noRoom: [] };
    const { seats, clock } = this.#needs;
    const held = await seats.holdFor(parties, answerMillis);
    const now = clock.now();
    const noRoom: Wish[] = [];
    const moved = parties.flatMap((entry, index) => {
      const party = held[index] as HeldParty | Refusal;
      if (!isRefusal(party)) {
        // Held by a turn that was broken off, and over before anybody could be told.
        return [party.expiresAt > now ? offered(entry, party, now, answerMillis) : waitingAgain(entry)];
      }
      if (NEVER.has(party.refused)) return [refusedFor(entry, party.refused, now)];
      noRoom.push(entry.wish);
      return [];
    });
    const saved = await this.#save(moved);
    return { entries: saved.filter(({ offer }) => offer !== null), noRoom };
  }

  /** Who has left while seats were held for him does not get them. Returns what was written. */
  async #save(moved: readonly Entry[]): Promise<Entry[]> {
    if (moved.length === 0) return [];
    const { entries, seats, announcements } = this.#needs;
    try {
      await entries.save(moved);
    } catch (error) {
      if (!isConflict(error)) throw error;
      if (moved.length > 1) {
        const saved: Entry[] = [];
        for (const entry of moved) saved.push(...(await this.#save([entry])));
        return saved;
      }
      for (const entry of moved) await seats.release(entry);
      return [];
    }
    for (const entry of moved) announcements.moved(entry);
    return [...moved];
  }

  async #lapse(entry: Entry): Promise<void> {
    const { entries, seats, announcements, clock } = this.#needs;
    const over = lapsed(entry, clock.now());
    try {
      await entries.save([over]);
    } catch (error) {
      // Answered in the last moment, or ended by another node.
      if (isConflict(error)) return;
      throw error;
    }
    announcements.moved(over);
    await seats.release(entry);
  }
}

/** Each of these, and whoever stands before him and asks for no more. */
function comesBefore(held: readonly Entry[]): (entry: Entry) => boolean {
  return ({ place, wish }) => held.some((each) => place <= each.place && asksForNoLess(each.wish, wish));
}
