import type { Millis } from '../core/clock.ts';
import type { CommandKey } from '../core/command.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { afterEffect } from '../core/unavailable.ts';
import { newOrder } from './moves.ts';
import type { Order, OrderContact } from './order.ts';
import type { OrderNeeds } from './service.ts';

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
  'clock' | 'ids' | 'seats' | 'store' | 'events' | 'paymentDeadlineMillis' | 'paymentGraceMillis'
>;

/** Makes orders of held seats: the claims first, then the order's first row. */
export class NewOrders {
  readonly #needs: Needs;
  /** Orders whose seats are claimed and whose first row is on its way. */
  readonly #beingMade = new Set<number>();

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  isBeingMade(orderId: number): boolean {
    return this.#beingMade.has(orderId);
  }

  /** With a key, the order is the stored answer. */
  async make(wish: OrderWish, key: CommandKey | undefined): Promise<Order | Refusal> {
    const { clock, ids, seats, store, events, paymentDeadlineMillis, paymentGraceMillis } = this.#needs;
    const { eventId, seatIds, userId, contact = null, automatic } = wish;
    if (events.termsOf(eventId)?.isCancelled) return refuse('SALE_NOT_OPEN', { status: 'CANCELLED' });
    const orderId = ids.next('booking');
    const deadline = wish.deadline ?? clock.now() + paymentDeadlineMillis;
    const claimedUntil = Math.max(deadline, wish.latestDeadline ?? deadline) + paymentGraceMillis;
    const claim = { orderId, eventId, userId, seatIds, deadline: claimedUntil };
    this.#beingMade.add(orderId);
    try {
      const claimed = await seats.beginPayment(claim);
      if (isRefusal(claimed)) return claimed;
      const now = clock.now();
      const reference = `BK-${ids.ulid()}`;
      const { currency, seats: ordered } = claimed;
      const draft = { orderId, reference, eventId, userId, currency, seats: ordered, deadline, contact };
      const order = newOrder(automatic ? { ...draft, automatic } : draft, now);
      await afterEffect(() => store.save(order, key && { record: { key, reply: order, at: now } }));
      return order;
    } finally {
      this.#beingMade.delete(orderId);
    }
  }
}
