import type { Claimant } from '../core/claimant.ts';
import type { Millis } from '../core/clock.ts';
import { isRefusal, type Refusal } from '../core/refusal.ts';
import type { Checkout } from '../order/checkout.ts';
import type { HoldManner } from '../reservation/hold-terms.ts';
import type { OnlySeat, SeatHeld, SeatHolds } from '../reservation/seat-holds.ts';

export interface SeatsInHandNeeds {
  holds: Pick<SeatHolds, 'hold' | 'holdOnly' | 'extend' | 'release' | 'releaseAllOf'>;
  checkout: Pick<Checkout, 'extend' | 'giveUp' | 'giveUpUnpaid'>;
}

/**
 * The seats of editions whose clients hold and buy one seat at a time: those that a buyer holds, and those that he could not
 * pay for, which are his still, by an order that waits for another payment.
 */
export class SeatsInHand {
  readonly #needs: SeatsInHandNeeds;

  constructor(needs: SeatsInHandNeeds) {
    this.#needs = needs;
  }

  hold(
    eventId: number,
    seatId: number,
    buyer: Claimant,
    manner: HoldManner = {},
  ): Promise<SeatHeld | Refusal> {
    return this.#needs.holds.hold(eventId, seatId, buyer, manner);
  }

  /** The only seat of the event that he has in hand: the one that he could not pay for is given up for it. */
  async holdOnly(
    eventId: number,
    seatId: number,
    buyer: Claimant,
    manner: OnlySeat = {},
  ): Promise<SeatHeld | Refusal> {
    const { holds, checkout } = this.#needs;
    const held = await holds.holdOnly(eventId, seatId, buyer, manner);
    if (!isRefusal(held) || held.refused !== 'SEAT_LIMIT_REACHED') return held;
    const given = await checkout.giveUpUnpaid(eventId, buyer.userId);
    return given === 0 ? held : holds.holdOnly(eventId, seatId, buyer, manner);
  }

  async extend(
    eventId: number,
    seatId: number,
    additionalMillis: Millis,
    buyer: Claimant,
  ): Promise<{ hold: { expiresAt: Millis } } | Refusal> {
    const { holds, checkout } = this.#needs;
    const { userId, key } = buyer;
    const extended = await holds.extend(eventId, seatId, additionalMillis, buyer);
    return isBeingPaid(extended)
      ? checkout.extend({ eventId, seatId, userId, additionalMillis }, key)
      : extended;
  }

  async release(eventId: number, seatId: number, buyer: Claimant): Promise<{ released: number } | Refusal> {
    const { holds, checkout } = this.#needs;
    const released = await holds.release(eventId, seatId, buyer);
    const isGivenUp = isBeingPaid(released) && (await checkout.giveUp(eventId, seatId, buyer.userId));
    return isGivenUp ? { released: 1 } : released;
  }

  /** Gives back everything that he has in hand of an event. */
  async releaseAll(eventId: number, userId: string): Promise<void> {
    const { holds, checkout } = this.#needs;
    await holds.releaseAllOf(eventId, userId);
    await checkout.giveUpUnpaid(eventId, userId);
  }
}

/** What `SeatHolds` says of a seat that is the buyer's and no hold any more. */
function isBeingPaid(reply: object): boolean {
  return isRefusal(reply) && reply.refused === 'RESERVATION_NOT_ACTIVE';
}
