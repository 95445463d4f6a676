import { type Millis, SECOND } from '../core/clock.ts';
import type { CommandKey } from '../core/command.ts';
import { LatestMap } from '../core/latest-map.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { afterEffect, Unavailable } from '../core/unavailable.ts';
import { newOrder } from './moves.ts';
import type { OrderNeeds } from './needs.ts';
import type { Order, OrderContact } from './order.ts';
import type { ClaimedOrder } from './ports/seats.ts';

/** Whose held seats become an order. */
export interface OrderWish {
  eventId: number;
  seatIds: readonly number[];
  userId: string;
  /** When it gives its seats back unless it is paid for; the house says, unless it is said here. */
  deadline?: Millis;
  /** Until when its deadline may still be moved; its seats stay claimed so long, if nobody gives them back. */
  latestDeadline?: Millis;
  contact?: OrderContact | null;
  automatic?: true;
}

type Needs = Pick<
  OrderNeeds,
  'clock' | 'ids' | 'seats' | 'store' | 'events' | 'paymentDeadlineMillis' | 'paymentGraceMillis' | 'isAlone'
>;

/** Another node that works has written an order's first row so long after its claims. */
const MADE_WITHIN: Millis = 2 * SECOND;

/**
 * Makes orders of held seats: the claims first, then the order's first row. Whoever is cut off between the two finds his
 * seats claimed for an order that nobody knows; when he asks again, that order is gone on with.
 */
export class NewOrders {
  readonly #needs: Needs;
  /** Orders whose seats are claimed and whose first row is on its way. */
  readonly #beingMade = new Set<number>();
  /** Orders of other nodes, perhaps, that had claims and no row when they were first met. */
  readonly #metUnwritten = new LatestMap<number, Millis>({ most: 10_000 });

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  isBeingMade(orderId: number): boolean {
    return this.#beingMade.has(orderId);
  }

  /** With a key, the order is the stored answer. */
  async make(wish: OrderWish, key: CommandKey | undefined): Promise<Order | Refusal> {
    const { clock, ids, seats, events, paymentGraceMillis } = this.#needs;
    const { eventId, seatIds, userId } = wish;
    if (events.termsOf(eventId)?.isCancelled) return refuse('SALE_NOT_OPEN', { status: 'CANCELLED' });
    const orderId = ids.next('booking');
    const deadline = this.#deadlineOf(wish, clock.now());
    const claimedUntil = Math.max(deadline, wish.latestDeadline ?? deadline) + paymentGraceMillis;
    const claim = { orderId, eventId, userId, seatIds, deadline: claimedUntil };
    this.#beingMade.add(orderId);
    try {
      const claimed = await seats.beginPayment(claim);
      if (!isRefusal(claimed)) return await this.#written(wish, { orderId, deadline, ...claimed }, key);
      return claimed.refused === 'SEAT_NOT_RESERVED'
        ? ((await this.#goneOnWith(wish, key)) ?? claimed)
        : claimed;
    } finally {
      this.#beingMade.delete(orderId);
    }
  }

  /**
   * The order that was cut off before its first row; undefined when there is none. Throws Unavailable while it may be
   * another node's work.
   */
  async #goneOnWith(wish: OrderWish, key: CommandKey | undefined): Promise<Order | undefined> {
    const { clock, seats, store, paymentGraceMillis } = this.#needs;
    const claimed = await seats.claimedOrder(wish);
    if (!claimed || this.#beingMade.has(claimed.orderId)) return undefined;
    const { orderId, until } = claimed;
    this.#beingMade.add(orderId);
    try {
      const now = clock.now();
      const deadline = Math.min(this.#deadlineOf(wish, now), until - paymentGraceMillis);
      if (deadline <= now || (await store.find(orderId))) return undefined;
      if (this.#mayBeElsewhere(orderId, now)) throw new Unavailable('another node may be making this order');
      return await this.#written(wish, { ...claimed, deadline }, key);
    } finally {
      this.#beingMade.delete(orderId);
    }
  }

  #mayBeElsewhere(orderId: number, now: Millis): boolean {
    if (this.#needs.isAlone) return false;
    const met = this.#metUnwritten.get(orderId);
    if (met === undefined) this.#metUnwritten.set(orderId, now);
    return now - (met ?? now) < MADE_WITHIN;
  }

  async #written(
    { eventId, userId, contact = null, automatic }: OrderWish,
    claimed: Omit<ClaimedOrder, 'until'> & { deadline: Millis },
    key: CommandKey | undefined,
  ): Promise<Order> {
    const { clock, ids, store } = this.#needs;
    const { orderId, currency, seats, deadline } = claimed;
    const now = clock.now();
    const draft = {
      orderId,
      reference: `BK-${ids.ulid()}`,
      eventId,
      userId,
      currency,
      seats,
      deadline,
      contact,
    };
    const order = newOrder(automatic ? { ...draft, automatic } : draft, now);
    await afterEffect(() => store.save(order, key && { record: { key, reply: order, at: now } }));
    return order;
  }

  #deadlineOf({ deadline }: OrderWish, now: Millis): Millis {
    return deadline ?? now + this.#needs.paymentDeadlineMillis;
  }
}
