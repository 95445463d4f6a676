import type { Claimant } from '../core/claimant.ts';
import type { Clock } from '../core/clock.ts';
import type { Once } from '../core/command.ts';
import { isConflict, untilFirst } from '../core/conflict.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { Unavailable } from '../core/unavailable.ts';
import { type Entry, isLive, type Wish } from './entry.ts';
import { accepted, declined, isAnswerable, left, waitingAgain } from './moves.ts';
import type { Announcements } from './ports/announcements.ts';
import type { Events, LineTerms } from './ports/events.ts';
import type { Seats, TakenSeats } from './ports/seats.ts';
import type { Joined, Standing, WaitlistEntries } from './ports/waitlist-entries.ts';
import type { WaitlistTurns } from './ports/waitlist-turns.ts';
import type { Serving } from './serving.ts';

/** How often an answer is tried again when the line moved the entry at the same time. */
const TRIES_MAX = 5;
const PAGE = 5_000;
const CLEARED_AT_ONCE = 500;
/** A line that is cleared goes on while others join; after so many rounds they are left alone. */
const ROUNDS_MAX = 1_000;

export interface WaitlistNeeds {
  entries: WaitlistEntries;
  turns: Pick<WaitlistTurns, 'isAnyWaiting'>;
  seats: Seats;
  events: Events;
  announcements: Announcements;
  serving: Serving;
  clock: Clock;
  once: Once;
}

/** What somebody got who asked for seats or, without any, a place in the line; or he has all the seats he may have. */
export type Taken = TakenSeats | Joined | { has: 'seats' };

/** Some of a line, and how many wait and have offers in all of it. */
export interface LinePage {
  entries: Entry[];
  /** How many wait before the first of these who waits. */
  ahead: number;
  waiting: number;
  offered: number;
}

/** The line of an event whose seats are gone: who waits gets what comes back. */
export class WaitlistService {
  readonly #needs: WaitlistNeeds;

  constructor(needs: WaitlistNeeds) {
    this.#needs = needs;
  }

  /** A place at the end of the line; who has one keeps it. */
  join(eventId: number, wish: Wish, claimant: Claimant): Promise<Joined | Refusal> {
    const { once, events } = this.#needs;
    return once.run(claimant.key, async () => {
      const terms = this.#openLine(eventId);
      if (isRefusal(terms)) return terms;
      const refusal = await events.neverSeated(eventId, wish);
      return refusal ?? this.#join(eventId, wish, claimant, terms);
    });
  }

  /** Seats at once if nobody waits and there are some, else a place in the line. */
  takeOrJoin(eventId: number, wish: Wish, claimant: Claimant): Promise<Taken | Refusal> {
    return this.#needs.once.run<Taken>(claimant.key, () => this.#takeOrJoin(eventId, wish, claimant));
  }

  async #takeOrJoin(eventId: number, wish: Wish, claimant: Claimant): Promise<Taken | Refusal> {
    const { turns, seats } = this.#needs;
    const terms = this.#openLine(eventId);
    if (isRefusal(terms)) return terms;
    const anyWaiting = turns.isAnyWaiting(eventId);
    if (anyWaiting instanceof Promise ? await anyWaiting : anyWaiting) {
      const has = await seats.ofUser(eventId, claimant.userId);
      if (has.length > 0) return this.#hasSeats(eventId, claimant.userId);
    } else {
      const held = await seats.take(eventId, wish, claimant);
      if (!isRefusal(held)) return held;
      if (held.refused === 'SEAT_LIMIT_REACHED') return this.#hasSeats(eventId, claimant.userId);
      if (held.refused !== 'NO_ADJACENT_SEATS') return held;
    }
    return this.#join(eventId, wish, claimant, terms);
  }

  /** Seats that are only offered to him are not his yet. */
  async #hasSeats(eventId: number, userId: string): Promise<Taken> {
    const found = await this.#needs.entries.latest(eventId, userId);
    return found?.entry.state === 'OFFERED' ? { ...found, isNew: false } : { has: 'seats' };
  }

  /** The user's latest place, live or ended. */
  async standing(eventId: number, userId: string): Promise<Standing | Refusal> {
    if (!this.#needs.events.terms(eventId)) return refuse('EVENT_NOT_FOUND');
    return (await this.#needs.entries.latest(eventId, userId)) ?? refuse('NOT_ON_WAITLIST');
  }

  /** Gives the place up, or the offer. Harmless when there is none any more. */
  leave(eventId: number, userId: string): Promise<Entry | Refusal> {
    return this.#answer(eventId, userId, async (entry) => {
      if (!isLive(entry)) return refuse('NOT_ON_WAITLIST');
      return this.#giveUp(entry, left(entry, this.#needs.clock.now()));
    });
  }

  decline(eventId: number, userId: string): Promise<Entry | Refusal> {
    return this.#answer(eventId, userId, async (entry) => {
      if (entry.state === 'DECLINED') return entry;
      if (entry.state !== 'OFFERED') return noOffer(entry);
      return this.#giveUp(entry, declined(entry, this.#needs.clock.now()));
    });
  }

  /** Takes the offer: its seats are held as long as anybody's from now on. Asked again, it answers the same. */
  accept(eventId: number, userId: string): Promise<Entry | Refusal> {
    return this.#answer(eventId, userId, async (entry) => {
      const { seats, clock } = this.#needs;
      if (entry.state === 'ACCEPTED' || entry.state === 'PROMOTED') return entry;
      if (entry.state !== 'OFFERED') return noOffer(entry);
      if (!isAnswerable(entry, clock.now())) return refuse('OFFER_OVER');
      const kept = await seats.keep(entry);
      if (typeof kept !== 'number') return this.#offerGone(entry, kept);
      const taken = accepted(entry, clock.now(), kept);
      await this.#write([taken]);
      return taken;
    });
  }

  /** Organiser: the line in its order. */
  async list(
    eventId: number,
    page: { after: number; limit: number; liveOnly: boolean },
  ): Promise<LinePage | Refusal> {
    const { entries, events } = this.#needs;
    if (!events.terms(eventId)) return refuse('EVENT_NOT_FOUND');
    const [listed, counts] = await Promise.all([entries.list(eventId, page), entries.counts(eventId)]);
    const first = listed.find(({ state }) => state === 'WAITING');
    const before = first && page.after > 0 ? await entries.latest(eventId, first.userId) : undefined;
    return { entries: listed, ahead: before?.ahead ?? 0, ...counts };
  }

  /** Organiser: serves the line now, also one that is served by hand only. Those who got seats, in their order. */
  async serve(eventId: number): Promise<Entry[] | Refusal> {
    const { events, serving } = this.#needs;
    return events.terms(eventId) ? serving.serve(eventId, 'hand') : refuse('EVENT_NOT_FOUND');
  }

  /** Everybody who waits or has an offer, in the order of the line. */
  async inLine(eventId: number): Promise<string[]> {
    const users: string[] = [];
    for (let after = 0; ; ) {
      const page = await this.#needs.entries.list(eventId, { after, limit: PAGE, liveOnly: true });
      users.push(...page.map(({ userId }) => userId));
      const last = page.at(-1);
      if (!last || page.length < PAGE) return users;
      after = last.place;
    }
  }

  /** Organiser: everybody leaves the line. */
  async clear(eventId: number): Promise<void> {
    const { entries, clock } = this.#needs;
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const line = await entries.list(eventId, { after: 0, limit: CLEARED_AT_ONCE, liveOnly: true });
      if (line.length === 0) return;
      const now = clock.now();
      try {
        await this.#write(line.map((entry) => left(entry, now)));
      } catch (error) {
        // Somebody moved meanwhile: looked at again.
        if (!isConflict(error)) throw error;
        continue;
      }
      for (const entry of line) if (entry.state === 'OFFERED') await this.#needs.seats.release(entry);
    }
  }

  #openLine(eventId: number): LineTerms | Refusal {
    const terms = this.#needs.events.terms(eventId);
    if (!terms) return refuse('EVENT_NOT_FOUND');
    return terms.onSale ? terms : refuse('SALE_NOT_OPEN', { status: terms.status });
  }

  async #join(
    eventId: number,
    wish: Wish,
    { userId, sessionId, admission, key }: Claimant,
    { most }: LineTerms,
  ): Promise<Joined | Refusal> {
    const { entries, serving, clock, announcements } = this.#needs;
    const admissionId = admission.kind === 'session' ? admission.admissionId : null;
    const at = clock.now();
    const joined = await entries.join({ eventId, userId, sessionId, admissionId, wish, at, most, key });
    if (joined === 'full') return refuse('WAITLIST_FULL');
    if (joined.isNew) {
      announcements.moved(joined.entry);
      // A seat may have come back between the last look at the seats and this place.
      serving.seatsFreed(eventId);
    }
    return joined;
  }

  /** Decides on the entry as it stands, and again when the line moved it at the same time. */
  #answer(
    eventId: number,
    userId: string,
    decide: (entry: Entry) => Promise<Entry | Refusal>,
  ): Promise<Entry | Refusal> {
    const answer = async () => {
      const found = await this.standing(eventId, userId);
      return isRefusal(found) ? found : decide(found.entry);
    };
    return untilFirst(TRIES_MAX, answer, () => {
      throw new Unavailable('the place in the line is moving');
    });
  }

  /** Who gave the seats back himself has declined: else he could look at one offer after the other from the front of the line. */
  async #offerGone(entry: Entry, how: 'given back' | undefined): Promise<Refusal> {
    const { seats, serving, clock } = this.#needs;
    if (how === 'given back') await this.#giveUp(entry, declined(entry, clock.now()));
    else {
      // Its seats were lost, not refused: it waits where it was, and is offered others.
      await this.#write([waitingAgain(entry)]);
      await seats.release(entry);
      serving.seatsFreed(entry.eventId);
    }
    return refuse('OFFER_OVER');
  }

  async #giveUp(before: Entry, after: Entry): Promise<Entry> {
    await this.#write([after]);
    await this.#needs.seats.release(before);
    return after;
  }

  async #write(entries: readonly Entry[]): Promise<void> {
    await this.#needs.entries.save(entries);
    for (const entry of entries) this.#needs.announcements.moved(entry);
  }
}

function noOffer({ state }: Entry): Refusal {
  return state === 'LAPSED' || state === 'DECLINED' ? refuse('OFFER_OVER') : refuse('NO_OFFER');
}
