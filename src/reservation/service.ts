import type { Claimant } from '../core/claimant.ts';
import { type Clock, MINUTE } from '../core/clock.ts';
import type { Once } from '../core/command.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { afterEffect } from '../core/unavailable.ts';
import { AnsweredBefore, type AnsweredBeforeNeeds } from './answered-before.ts';
import { BestSeats } from './best-seats.ts';
import type { BlockSeats, HoldTerms, SeatReplies } from './command.ts';
import type { PartyWish } from './free-seats.ts';
import { type Hold, notActive } from './hold.ts';
import { type Asked, type HoldManner, holdTerms, type ReservationLimits } from './hold-terms.ts';
import { OwnHolds } from './own-holds.ts';
import type { EventTerms, Halls } from './ports/halls.ts';
import type { HoldHistory } from './ports/hold-history.ts';
import type { Precedence } from './ports/precedence.ts';
import type { SeatNow, SeatStore } from './ports/seat-store.ts';
import type { SalesDesk } from './sales-desk.ts';
import type { SeatEnquiries } from './seat-enquiries.ts';

export interface ReservationNeeds extends AnsweredBeforeNeeds {
  seatStore: SeatStore;
  enquiries: SeatEnquiries;
  halls: Halls;
  /** For events that are sold by the terms of their series. */
  salesDesk?: SalesDesk;
  history: Pick<HoldHistory, 'hold' | 'holdsOf'>;
  clock: Clock;
  once: Once;
  limits: ReservationLimits;
  /** Without it, whoever comes may try. */
  precedence?: Precedence;
}

export type Held = SeatReplies['hold_seats'];
type Holding = Omit<Claimant, 'anonymous'> & { terms: HoldTerms };

/** A hold with its seat as it stands. */
export interface Reservation {
  hold: Hold;
  seat: SeatNow;
}

export class ReservationService {
  readonly #needs: ReservationNeeds;
  readonly #enquiries: SeatEnquiries;
  readonly #own: OwnHolds;
  readonly #before: AnsweredBefore;
  readonly #best: BestSeats;

  constructor(needs: ReservationNeeds) {
    this.#needs = needs;
    this.#best = new BestSeats(needs);
    this.#enquiries = needs.enquiries;
    this.#own = new OwnHolds(needs);
    this.#before = new AnsweredBefore(needs);
  }

  /** All of the seats or none. */
  hold(
    eventId: number,
    seatIds: readonly number[],
    claimant: Claimant,
    manner?: HoldManner,
  ): Promise<Held | Refusal> {
    return this.#needs.once.run(claimant.key, () => this.holdUnanswered(eventId, seatIds, claimant, manner));
  }

  /** The same for a command of which its giver knows that it was not answered before. */
  async holdUnanswered(
    eventId: number,
    seatIds: readonly number[],
    claimant: Claimant,
    { insteadOf, way, inOrderUntil, ...manner }: HoldManner = {},
  ): Promise<Held | Refusal> {
    const terms = await this.#termsOnSale(eventId, seatIds);
    if (isRefusal(terms)) return this.#before.or(eventId, claimant.key, terms);
    const reply = await this.#asSold({ eventId, terms, claimant, manner }, (holding) =>
      this.#needs.seatStore.execute({
        type: 'hold_seats',
        eventId,
        seatIds,
        insteadOf,
        way,
        inOrderUntil,
        ...holding,
      }),
    );
    return isRefusal(reply) && reply.refused === 'SEATS_UNKNOWN'
      ? this.#unknownSeats(eventId, seatIds)
      : reply;
  }

  /** The best seats for a party; refused with the best alternative when they are not to be had side by side. */
  holdBest(eventId: number, wish: PartyWish, claimant: Claimant): Promise<Held | Refusal> {
    return this.#needs.once.run(claimant.key, async () => {
      const reply = await this.#holdBest(eventId, wish, claimant);
      return isRefusal(reply) && reply.refused === 'NO_ADJACENT_SEATS'
        ? this.#best.alternative(eventId, wish)
        : reply;
    });
  }

  /** Where the party could sit, without holding anything. */
  findBest(eventId: number, wish: PartyWish): Promise<SeatNow[] | Refusal> {
    return this.#best.find(eventId, wish);
  }

  /** Lengthens a hold; the answer shows it as it then was. `mayBuy` is asked about the event that it turns out to be of. */
  extend(
    holdId: number,
    minutes: number,
    claimant: Claimant,
    mayBuy?: (eventId: number) => Promise<Refusal | undefined>,
  ): Promise<SeatReplies['extend_hold'] | Refusal> {
    const lengthen = async ({ eventId }: Hold) => {
      const reply = await this.#needs.seatStore.execute({
        type: 'extend_hold',
        eventId,
        holdId,
        userId: claimant.userId,
        additionalMillis: minutes * MINUTE,
        key: claimant.key,
      });
      return isRefusal(reply) && reply.refused !== 'EXTENSION_LIMIT'
        ? this.#own.endedMeanwhile(holdId)
        : reply;
    };
    return this.#withOwnActive(holdId, claimant, lengthen, mayBuy);
  }

  release(holdId: number, claimant: Claimant): Promise<{ released: number } | Refusal> {
    return this.#withOwnActive(holdId, claimant, async ({ eventId }) => {
      const reply = await this.#release(eventId, [holdId], claimant);
      return isRefusal(reply) || reply.released > 0 ? reply : this.#own.endedMeanwhile(holdId);
    });
  }

  /** Gives back those of the holds that are the buyer's and active; says how many. */
  releaseMany(holdIds: readonly number[], claimant: Claimant): Promise<{ released: number } | Refusal> {
    return this.#needs.once.run(claimant.key, async () => {
      const byEvent = await this.#own.live(holdIds, claimant.userId);
      const before = claimant.key && (await this.#before.released(holdIds, byEvent, claimant.key));
      if (before) return before;
      let released = 0;
      for (const [index, [eventId, ofEvent]] of byEvent.entries()) {
        // The stored answer is that of the whole batch, so it goes with the last of its commits.
        const key = index === byEvent.length - 1 ? claimant.key : undefined;
        const release = () => this.#release(eventId, ofEvent, { ...claimant, key }, released);
        const reply = await (index === 0 ? release() : afterEffect(release));
        if (!isRefusal(reply)) released = reply.released;
      }
      return { released };
    });
  }

  async reservation(holdId: number, userId: string): Promise<Reservation | Refusal> {
    const hold = await this.#own.hold(holdId, userId);
    return isRefusal(hold) ? hold : this.#withSeat(hold);
  }

  /** Newest first. */
  async reservationsOf(
    userId: string,
    filter: { eventId?: number; activeOnly: boolean },
  ): Promise<Reservation[]> {
    const { history, limits, clock } = this.#needs;
    const holds = await history.holdsOf(userId, {
      ...(filter.eventId !== undefined && { eventId: filter.eventId }),
      liveOnly: filter.activeOnly,
      limit: limits.listed,
    });
    const now = clock.now();
    const wanted = filter.activeOnly
      ? holds.filter((hold) => hold.state === 'HELD' && hold.expiresAt > now)
      : holds;
    return this.#withSeats(wanted);
  }

  /** Organiser: takes free seats out of the sale, or puts them back. All or none. */
  block(
    eventId: number,
    seatIds: readonly number[],
    change: Pick<BlockSeats, 'type' | 'actor' | 'key'>,
  ): Promise<SeatReplies['block_seats'] | Refusal> {
    return this.#needs.once.run(change.key, async () => {
      if (!(await this.#needs.halls.terms(eventId))) return refuse('EVENT_NOT_FOUND');
      const reply = await this.#needs.seatStore.execute({ eventId, seatIds, ...change });
      return isRefusal(reply) && reply.refused === 'SEATS_UNKNOWN'
        ? this.#unknownSeats(eventId, seatIds)
        : reply;
    });
  }

  /** Does something with a hold that is the claimant's and active, unless `mayAct` has something against it. */
  #withOwnActive<R>(
    holdId: number,
    { userId, key }: Claimant,
    act: (hold: Hold) => Promise<R | Refusal>,
    mayAct?: (eventId: number) => Promise<Refusal | undefined>,
  ): Promise<R | Refusal> {
    return this.#needs.once.run(key, async () => {
      const hold = await this.#own.hold(holdId, userId);
      if (isRefusal(hold)) return hold;
      const refusal = notActive(hold) ?? (await mayAct?.(hold.eventId));
      return refusal ? this.#before.or<R>(hold.eventId, key, refusal) : act(hold);
    });
  }

  async #holdBest(eventId: number, wish: PartyWish, claimant: Claimant): Promise<Held | Refusal> {
    const terms = await this.#termsOnSale(eventId);
    if (isRefusal(terms) && terms.refused === 'WAITLIST_FIRST') {
      const held = await this.#best.behindLine(eventId, wish, async (seatIds) => {
        if (seatIds.length > 0) return this.holdUnanswered(eventId, seatIds, claimant);
        const mayTry = await this.#termsOnSale(eventId, seatIds);
        return isRefusal(mayTry) ? mayTry : refuse('NO_ADJACENT_SEATS', { party: wish.size });
      });
      return isRefusal(held) ? this.#before.or(eventId, claimant.key, held) : held;
    }
    if (isRefusal(terms)) return this.#before.or(eventId, claimant.key, terms);
    return this.#asSold({ eventId, terms, claimant, manner: {} }, (holding) =>
      this.#needs.seatStore.execute({ type: 'hold_best', eventId, wish, ...holding }),
    );
  }

  /** Holds as the event allows, and its series if that says anything. */
  async #asSold(asked: Asked, hold: (holding: Holding) => Promise<Held | Refusal>): Promise<Held | Refusal> {
    const { limits, salesDesk } = this.#needs;
    const { userId, sessionId, admission, key, anonymous } = asked.claimant;
    let areSeatsAsked = false;
    const holdIn = (manner: HoldManner) => {
      areSeatsAsked = true;
      const terms = holdTerms(limits, asked.terms, anonymous ? { anonymous, ...manner } : manner);
      return hold({ userId, sessionId, admission, key, terms });
    };
    if (!asked.terms.sales || !salesDesk) return holdIn(asked.manner);
    const held = await salesDesk.within(asked.terms.sales, asked, {
      hold: (liveSeats) => holdIn({ ...asked.manner, liveSeats }),
      undo: ({ holds }) =>
        this.#release(
          asked.eventId,
          holds.map(({ holdId }) => holdId),
          { ...asked.claimant, key: undefined },
        ),
    });
    return isRefusal(held) && !areSeatsAsked ? this.#before.or(asked.eventId, key, held) : held;
  }

  /** For somebody who comes now: the sale is open, and nobody goes before him, or not at the seats that he names. */
  async #termsOnSale(eventId: number, seatIds?: readonly number[]): Promise<EventTerms | Refusal> {
    const terms = await this.#needs.halls.terms(eventId);
    if (!terms) return refuse('EVENT_NOT_FOUND');
    if (!terms.onSale) return refuse('SALE_NOT_OPEN', { status: terms.status });
    const first = this.#needs.precedence?.refusalFor(eventId, seatIds);
    const refusal = first instanceof Promise ? await first : first;
    return refusal ?? terms;
  }

  #release(
    eventId: number,
    holdIds: readonly number[],
    { userId, key }: Claimant,
    releasedBefore = 0,
  ): Promise<{ released: number } | Refusal> {
    return this.#needs.seatStore.execute({
      type: 'release_holds',
      eventId,
      holdIds,
      userId,
      key,
      releasedBefore,
    });
  }

  async #unknownSeats(eventId: number, seatIds: readonly number[]): Promise<Refusal> {
    for (const seat of seatIds) {
      const other = await this.#needs.halls.eventOfSeat(seat);
      if (other !== undefined && other !== eventId)
        return refuse('SEAT_OF_OTHER_EVENT', { seat, event: eventId });
    }
    return refuse('SEATS_UNKNOWN');
  }

  async #withSeat(hold: Hold): Promise<Reservation> {
    const [reservation] = await this.#withSeats([hold]);
    return reservation as Reservation;
  }

  async #withSeats(holds: readonly Hold[]): Promise<Reservation[]> {
    const found = await this.#enquiries.seatsById(holds.map((hold) => hold.seatId));
    const seats = new Map(found.map((seat) => [seat.seat.seatId, seat]));
    return holds.flatMap((hold) => {
      const seat = seats.get(hold.seatId);
      return seat ? { hold, seat } : [];
    });
  }
}
