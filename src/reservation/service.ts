import type { Admission } from '../core/admission.ts';
import { type Clock, MINUTE, type Millis } from '../core/clock.ts';
import type { CommandKey, Once } from '../core/command.ts';
import type { Ids } from '../core/ids.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import type { HoldTerms, SeatReplies } from './command.ts';
import type { PartyWish } from './free-seats.ts';
import type { Hold } from './hold.ts';
import type { EventTerms, Halls } from './ports/halls.ts';
import type { HistoryEntry, HoldHistory } from './ports/hold-history.ts';
import type { SeatNow, SeatStore } from './ports/seat-store.ts';
import type { Seat } from './seat.ts';

/** What the house allows, whatever the event says. */
export interface ReservationLimits {
  seatsPerHold: number;
  longestHoldMillis: Millis;
  lapsesAllowed: number;
  /** Rows in one list. */
  listed: number;
}

export interface ReservationNeeds {
  seatStore: SeatStore;
  halls: Halls;
  history: HoldHistory;
  clock: Clock;
  ids: Ids;
  once: Once;
  limits: ReservationLimits;
}

/** Who asks, under what admission, and whether he may ask again. */
export interface Claimant {
  userId: string;
  sessionId: string | null;
  admission: Admission;
  key: CommandKey | undefined;
}

export type Held = SeatReplies['hold_seats'];

/** A hold with its seat as it stands. */
export interface Reservation {
  hold: Hold;
  seat: SeatNow;
}

export class ReservationService {
  readonly #needs: ReservationNeeds;

  constructor(needs: ReservationNeeds) {
    this.#needs = needs;
  }

  /** All of the seats or none. */
  hold(eventId: number, seatIds: readonly number[], claimant: Claimant): Promise<Held | Refusal> {
    const { seatStore, once } = this.#needs;
    return once.run(claimant.key, async () => {
      const terms = await this.#termsOnSale(eventId);
      if (isRefusal(terms)) return terms;
      const reply = await seatStore.execute({
        type: 'hold_seats',
        eventId,
        seatIds,
        ...this.#holding(claimant, terms),
      });
      return isRefusal(reply) && reply.refused === 'SEATS_UNKNOWN'
        ? this.#unknownSeats(eventId, seatIds)
        : reply;
    });
  }

  /** The best seats for a party; refused with the best alternative when they are not to be had side by side. */
  holdBest(eventId: number, wish: PartyWish, claimant: Claimant): Promise<Held | Refusal> {
    return this.#needs.once.run(claimant.key, async () => {
      const terms = await this.#termsOnSale(eventId);
      if (isRefusal(terms)) return terms;
      const reply = await this.#needs.seatStore.execute({
        type: 'hold_best',
        eventId,
        wish,
        ...this.#holding(claimant, terms),
      });
      return isRefusal(reply) && reply.refused === 'NO_ADJACENT_SEATS'
        ? this.#alternative(eventId, wish)
        : reply;
    });
  }

  /** Where the party could sit, without holding anything. */
  async findBest(eventId: number, wish: PartyWish): Promise<SeatNow[] | Refusal> {
    const { seatStore, halls, limits } = this.#needs;
    if (wish.size > limits.seatsPerHold) return refuse('TOO_MANY_SEATS', { limit: limits.seatsPerHold });
    if (!(await halls.terms(eventId))) return refuse('EVENT_NOT_FOUND');
    const { together } = await seatStore.offer(eventId, wish);
    if (!together) return this.#alternative(eventId, wish);
    return (await seatStore.seats(eventId, together))?.seats ?? [];
  }

  async extend(holdId: number, minutes: number, claimant: Claimant): Promise<Reservation | Refusal> {
    const { seatStore, once } = this.#needs;
    return once.run(claimant.key, async () => {
      const found = await this.#ownHold(holdId, claimant.userId);
      if (isRefusal(found)) return found;
      if (found.state === 'EXPIRED') return refuse('RESERVATION_EXPIRED');
      const reply = await seatStore.execute({
        type: 'extend_hold',
        eventId: found.eventId,
        holdId,
        userId: claimant.userId,
        additionalMillis: minutes * MINUTE,
        key: claimant.key,
      });
      if (isRefusal(reply)) return this.#endedMeanwhile(holdId, reply);
      return this.#withSeat(reply.hold);
    });
  }

  async release(holdId: number, claimant: Claimant): Promise<{ released: number } | Refusal> {
    const found = await this.#ownHold(holdId, claimant.userId);
    if (isRefusal(found)) return found;
    if (found.state === 'EXPIRED') return refuse('RESERVATION_EXPIRED');
    if (found.state !== 'HELD') return refuse('RESERVATION_NOT_ACTIVE');
    const released = await this.#release(found.eventId, [holdId], claimant);
    if (isRefusal(released) || released.released > 0) return released;
    return this.#endedMeanwhile(holdId, refuse('RESERVATION_NOT_ACTIVE'));
  }

  /** Gives back those of the holds that are the buyer's and active; says how many. */
  releaseMany(holdIds: readonly number[], claimant: Claimant): Promise<{ released: number } | Refusal> {
    return this.#needs.once.run(claimant.key, async () => {
      const byEvent = new Map<number, number[]>();
      for (const holdId of new Set(holdIds)) {
        const hold = await this.#needs.seatStore.liveHold(holdId);
        if (hold?.userId !== claimant.userId) continue;
        byEvent.set(hold.eventId, [...(byEvent.get(hold.eventId) ?? []), holdId]);
      }
      let released = 0;
      for (const [eventId, ofEvent] of byEvent) {
        const reply = await this.#release(
          eventId,
          ofEvent,
          byEvent.size === 1 ? claimant : { ...claimant, key: undefined },
        );
        if (!isRefusal(reply)) released += reply.released;
      }
      return { released };
    });
  }

  async reservation(holdId: number, userId: string): Promise<Reservation | Refusal> {
    const hold = await this.#ownHold(holdId, userId);
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

  seats(
    eventId: number,
    seatIds?: readonly number[],
  ): Promise<{ epoch: number; seats: SeatNow[] } | undefined> {
    return this.#needs.seatStore.seats(eventId, seatIds);
  }

  /** Seats of any events, in the order of the ids; unknown ones are left out. */
  async seatsById(seatIds: readonly number[]): Promise<SeatNow[]> {
    const byEvent = new Map<number, number[]>();
    for (const seatId of seatIds) {
      const eventId = await this.#needs.halls.eventOfSeat(seatId);
      if (eventId !== undefined) byEvent.set(eventId, [...(byEvent.get(eventId) ?? []), seatId]);
    }
    const found = new Map<number, SeatNow>();
    for (const [eventId, ofEvent] of byEvent) {
      for (const seat of (await this.seats(eventId, ofEvent))?.seats ?? []) found.set(seat.seat.seatId, seat);
    }
    return seatIds.flatMap((seatId) => found.get(seatId) ?? []);
  }

  /** Organiser: takes free seats out of the sale, or puts them back. All or none. */
  async block(
    eventId: number,
    seatIds: readonly number[],
    change: { type: 'block_seats' | 'unblock_seats'; actor: string },
  ): Promise<SeatNow[] | Refusal> {
    if (!(await this.#needs.halls.terms(eventId))) return refuse('EVENT_NOT_FOUND');
    const reply = await this.#needs.seatStore.execute({ ...change, eventId, seatIds });
    if (isRefusal(reply))
      return reply.refused === 'SEATS_UNKNOWN' ? this.#unknownSeats(eventId, seatIds) : reply;
    return (await this.seats(eventId, seatIds))?.seats ?? [];
  }

  async seatHistory(seatId: number): Promise<HistoryEntry[] | Refusal> {
    const { halls, history, limits } = this.#needs;
    const eventId = await halls.eventOfSeat(seatId);
    return eventId === undefined
      ? refuse('SEAT_NOT_FOUND')
      : history.seatHistory(eventId, seatId, limits.listed);
  }

  #holding(claimant: Claimant, { holdMillis, seatsPerBuyer }: EventTerms) {
    const { longestHoldMillis, seatsPerHold, lapsesAllowed } = this.#needs.limits;
    const terms: HoldTerms = {
      holdMillis,
      longestHoldMillis,
      liveSeatsPerBuyer: seatsPerBuyer,
      seatsPerHold,
      lapsesAllowed,
    };
    return { ...claimant, groupId: this.#needs.ids.ulid(), terms };
  }

  async #termsOnSale(eventId: number): Promise<EventTerms | Refusal> {
    const terms = await this.#needs.halls.terms(eventId);
    if (!terms) return refuse('EVENT_NOT_FOUND');
    return terms.onSale ? terms : refuse('SALE_NOT_OPEN', { status: terms.status });
  }

  #release(
    eventId: number,
    holdIds: readonly number[],
    claimant: Claimant,
  ): Promise<{ released: number } | Refusal> {
    const { userId, key } = claimant;
    return this.#needs.seatStore.execute({ type: 'release_holds', eventId, holdIds, userId, key });
  }

  /** Somebody else's hold answers exactly like none. */
  async #ownHold(holdId: number, userId: string): Promise<Hold | Refusal> {
    const { seatStore, history } = this.#needs;
    const hold = (await seatStore.liveHold(holdId)) ?? (await history.hold(holdId));
    return hold?.userId === userId ? hold : refuse('RESERVATION_NOT_FOUND');
  }

  async #endedMeanwhile(holdId: number, refusal: Refusal): Promise<Refusal> {
    const hold = await this.#needs.history.hold(holdId);
    return hold?.state === 'EXPIRED' ? refuse('RESERVATION_EXPIRED') : refusal;
  }

  async #unknownSeats(eventId: number, seatIds: readonly number[]): Promise<Refusal> {
    for (const seat of seatIds) {
      const other = await this.#needs.halls.eventOfSeat(seat);
      if (other !== undefined && other !== eventId)
        return refuse('SEAT_OF_OTHER_EVENT', { seat, event: eventId });
    }
    return refuse('SEATS_UNKNOWN');
  }

  async #alternative(eventId: number, wish: PartyWish): Promise<Refusal> {
    const { seatStore } = this.#needs;
    const { groups } = await seatStore.offer(eventId, wish);
    const seats = groups && (await seatStore.seats(eventId, groups.flat()))?.seats;
    return refuse(
      'NO_ADJACENT_SEATS',
      { party: wish.size },
      { detail: { groups: groups ?? [], seats: seats ?? [] } },
    );
  }

  async #withSeat(hold: Hold): Promise<Reservation> {
    const [reservation] = await this.#withSeats([hold]);
    return reservation as Reservation;
  }

  async #withSeats(holds: readonly Hold[]): Promise<Reservation[]> {
    const seats = new Map(
      (await this.seatsById(holds.map((hold) => hold.seatId))).map((seat) => [seat.seat.seatId, seat]),
    );
    return holds.flatMap((hold) => {
      const seat = seats.get(hold.seatId);
      return seat ? { hold, seat } : [];
    });
  }
}

/** What the seats cost together. */
export function totalOf(seats: readonly Seat[]): number {
  return seats.reduce((sum, seat) => sum + seat.price, 0);
}
