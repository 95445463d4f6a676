import type { Claimant } from '../core/claimant.ts';
import type { Millis } from '../core/clock.ts';
import type { Once } from '../core/command.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import type { Hold } from './hold.ts';
import type { HoldManner } from './hold-terms.ts';
import type { Halls } from './ports/halls.ts';
import type { HoldHistory } from './ports/hold-history.ts';
import type { SeatNow, SeatStore } from './ports/seat-store.ts';
import type { Seat } from './seat.ts';
import type { Held, ReservationService } from './service.ts';

export interface SeatHoldsNeeds {
  reservations: Pick<ReservationService, 'hold' | 'holdUnanswered'>;
  seatStore: Pick<SeatStore, 'execute' | 'seats' | 'counts'>;
  history: Pick<HoldHistory, 'holdsOf'>;
  halls: Pick<Halls, 'terms'>;
  once: Once;
}

/** How often a buyer who holds two seats at the same moment is looked at again. */
const SWAPS_TRIED = 4;
/** More than anybody who holds one seat at a time has. */
const OTHERS_MAX = 20;

/** How somebody holds one seat at a time. */
export interface OnlySeat extends Pick<HoldManner, 'holdMillis'> {
  before?: number;
}

/** One seat and its hold. */
export interface SeatHeld {
  hold: Hold;
  seat: Seat;
}

/** Holds that are named by their seat, one at a time: a seat has at most one claim, so that says which is meant. */
export class SeatHolds {
  readonly #needs: SeatHoldsNeeds;

  constructor(needs: SeatHoldsNeeds) {
    this.#needs = needs;
  }

  /** Refused with SEATS_TAKEN while somebody else may still give the seat back, with SEAT_SOLD when it is gone. */
  async hold(
    eventId: number,
    seatId: number,
    claimant: Claimant,
    manner: HoldManner = {},
  ): Promise<SeatHeld | Refusal> {
    const held = await this.#needs.reservations.hold(eventId, [seatId], claimant, manner);
    return isRefusal(held) ? this.#whyNot(eventId, seatId, held) : onlySeat(held);
  }

  /**
   * The only seat of this event that the buyer holds: what he holds beside it is given back in the same step. The one
   * that he holds already is answered as it stands. `before` is the seat that he held, as far as he knows.
   */
  async holdOnly(
    eventId: number,
    seatId: number,
    claimant: Claimant,
    manner: OnlySeat = {},
  ): Promise<SeatHeld | Refusal> {
    const { once } = this.#needs;
    const held = await once.run(claimant.key, () => this.#swap(eventId, seatId, claimant, manner));
    return isRefusal(held) ? this.#whyNot(eventId, seatId, held) : onlySeat(held);
  }

  async #swap(
    eventId: number,
    seatId: number,
    claimant: Claimant,
    { before, ...manner }: OnlySeat,
  ): Promise<Held | Refusal> {
    const { userId } = claimant;
    const own = await this.#own(eventId, seatId, userId);
    if (!isRefusal(own)) return { holds: [own.hold], seats: [own.seat] };
    const known = before === undefined ? undefined : await this.#own(eventId, before, userId);
    let insteadOf = known === undefined || isRefusal(known) ? [] : [known.hold.holdId];
    for (let tried = 1; ; tried++) {
      const swapping = { ...manner, liveSeats: 1, insteadOf };
      const held = await this.#needs.reservations.holdUnanswered(eventId, [seatId], claimant, swapping);
      const holdsOther = isRefusal(held) && held.refused === 'SEAT_LIMIT_REACHED';
      if (!holdsOther || tried === SWAPS_TRIED) return held;
      // He holds another seat than he knows, or another request of his has just taken one: the ledger knows which.
      insteadOf = await this.#heldBy(eventId, userId);
    }
  }

  /** Adds to what remains, up to the longest that a hold may last. */
  extend(
    eventId: number,
    seatId: number,
    additionalMillis: Millis,
    claimant: Claimant,
  ): Promise<SeatHeld | Refusal> {
    const { userId, key } = claimant;
    return this.#needs.once.run(key, async () => {
      const own = await this.#own(eventId, seatId, userId);
      if (isRefusal(own)) return own;
      const { holdId } = own.hold;
      const reply = await this.#needs.seatStore.execute({
        type: 'extend_hold',
        eventId,
        holdId,
        userId,
        additionalMillis,
        from: 'end',
        key,
      });
      return isRefusal(reply) && reply.refused === 'RESERVATION_NOT_FOUND'
        ? refuse('RESERVATION_EXPIRED')
        : reply;
    });
  }

  release(eventId: number, seatId: number, claimant: Claimant): Promise<{ released: number } | Refusal> {
    const { userId, key } = claimant;
    return this.#needs.once.run(key, async () => {
      const own = await this.#own(eventId, seatId, userId);
      if (isRefusal(own)) return own;
      const reply = await this.#needs.seatStore.execute({
        type: 'release_holds',
        eventId,
        holdIds: [own.hold.holdId],
        userId,
        key,
      });
      return isRefusal(reply) || reply.released > 0 ? reply : refuse('RESERVATION_EXPIRED');
    });
  }

  /** Gives back everything that the buyer holds at the event, and says how many seats that were. */
  async releaseAllOf(eventId: number, userId: string): Promise<number> {
    const { seatStore } = this.#needs;
    const holdIds = await this.#heldBy(eventId, userId);
    if (holdIds.length === 0) return 0;
    const reply = await seatStore.execute({ type: 'release_holds', eventId, holdIds, userId });
    return isRefusal(reply) ? 0 : reply.released;
  }

  /** The house ends every hold of an event, whoever's it is, and says how many there were. */
  async releaseEvery(eventId: number, actor: string): Promise<number> {
    const { seatStore } = this.#needs;
    if ((await seatStore.counts(eventId)).HELD === 0) return 0;
    const byBuyer = new Map<string, number[]>();
    for (const { state, claim } of (await seatStore.seats(eventId))?.seats ?? []) {
      if (state !== 'HELD' || !claim) continue;
      byBuyer.set(claim.userId, [...(byBuyer.get(claim.userId) ?? []), claim.holdId]);
    }
    let released = 0;
    for (const [userId, holdIds] of byBuyer) {
      const reply = await seatStore.execute({ type: 'release_holds', eventId, holdIds, userId, actor });
      if (!isRefusal(reply)) released += reply.released;
    }
    return released;
  }

  async #heldBy(eventId: number, userId: string): Promise<number[]> {
    const listed = { eventId, liveOnly: true, limit: OTHERS_MAX };
    const live = await this.#needs.history.holdsOf(userId, listed);
    return live.flatMap(({ state, holdId }) => (state === 'HELD' ? [holdId] : []));
  }

  async #whyNot(eventId: number, seatId: number, refusal: Refusal): Promise<Refusal> {
    if (refusal.refused === 'SEATS_UNKNOWN' || refusal.refused === 'SEAT_OF_OTHER_EVENT')
      return refuse('SEAT_NOT_FOUND');
    if (refusal.refused !== 'SEATS_TAKEN') return refusal;
    const now = await this.#seat(eventId, seatId);
    const isGone = now?.state === 'SOLD' || now?.state === 'BLOCKED';
    return isGone ? refuse('SEAT_SOLD', { seat: now.seat.number }) : refusal;
  }

  /** The buyer's own hold on the seat; a seat that nobody has is one whose hold is over. */
  async #own(eventId: number, seatId: number, userId: string): Promise<SeatHeld | Refusal> {
    if (!(await this.#needs.halls.terms(eventId))) return refuse('EVENT_NOT_FOUND');
    const now = await this.#seat(eventId, seatId);
    if (!now) return refuse('SEAT_NOT_FOUND');
    const { seat, state, claim } = now;
    if (state === 'AVAILABLE') return refuse('RESERVATION_EXPIRED');
    if (claim?.userId !== userId) return refuse('SEAT_NOT_YOURS', { seat: seat.number });
    return state === 'HELD' ? { hold: claim, seat } : refuse('RESERVATION_NOT_ACTIVE');
  }

  async #seat(eventId: number, seatId: number): Promise<SeatNow | undefined> {
    return (await this.#needs.seatStore.seats(eventId, [seatId]))?.seats[0];
  }
}

function onlySeat({ holds, seats }: Held): SeatHeld {
  return { hold: holds[0] as Hold, seat: seats[0] as Seat };
}
