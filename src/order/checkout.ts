import type { Millis } from '../core/clock.ts';
import type { CommandKey } from '../core/command.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { Turns } from '../core/turns.ts';
import { afterEffect } from '../core/unavailable.ts';
import { prolonged } from './moves.ts';
import type { OrderNeeds } from './needs.ts';
import type { NewOrders } from './new-orders.ts';
import type { Order, OrderState } from './order.ts';
import type { OrderTasks } from './order-tasks.ts';
import { notPayable } from './payable.ts';
import type { Saga } from './saga.ts';

type Needs = Pick<
  OrderNeeds,
  'store' | 'seats' | 'clock' | 'events' | 'listed' | 'once' | 'paymentGraceMillis'
>;
interface Parts {
  saga: Saga;
  tasks: OrderTasks;
  newOrders: NewOrders;
}

/** A held seat that its buyer wants to have, now. */
export interface Purchase {
  eventId: number;
  seatId: number;
  userId: string;
  /** What the payment is called; of the repeated purchase of a seat, the first one's stands. */
  paymentId: string;
}

const MONEY_ON_ITS_WAY: ReadonlySet<OrderState> = new Set(['AUTHORIZING', 'UNKNOWN']);
const BOUGHT: ReadonlySet<OrderState> = new Set(['CONFIRMED', 'PART_REFUNDING']);

/** Orders and payments in one step, for buyers who do not care that these are two. */
export class Checkout {
  readonly #needs: Needs;
  readonly #parts: Parts;
  readonly #seats = new Turns<string>();

  constructor(needs: Needs, parts: Parts) {
    this.#needs = needs;
    this.#parts = parts;
  }

  /**
   * Orders, pays and confirms a seat that the buyer holds. The seat that he has bought so is answered the same again. A
   * declined payment is refused with PAYMENT_FAILED, and the seat stays his until his hold would have lapsed: until then
   * it may be paid once more, or kept longer by `extend`. Refused with RESERVATION_EXPIRED when nobody has the seat, with
   * SEAT_NOT_YOURS or SEAT_SOLD when somebody else does.
   */
  buy(purchase: Purchase, key: CommandKey | undefined): Promise<Order | Refusal> {
    return this.#needs.once.run(key, async () => {
      const { eventId, seatId } = purchase;
      // A double click finds the order that the first one made.
      const order = await this.#seats.take(`${eventId} ${seatId}`, () => this.#orderFor(purchase));
      if (isRefusal(order)) return order;
      const { orderId } = order;
      const { tasks } = this.#parts;
      return tasks.patiently(() => tasks.alone(orderId, () => this.#pay(orderId, purchase.paymentId, key)));
    });
  }

  /** The same, refused when the buyer has another seat of the event already, or one whose payment is not decided. */
  async buyOnly(purchase: Purchase, key: CommandKey | undefined): Promise<Order | Refusal> {
    const { eventId, seatId, userId } = purchase;
    for (const order of await this.#ordersOf(userId, eventId)) {
      if (order.seats.some((seat) => seat.seatId === seatId)) continue;
      if (BOUGHT.has(order.state)) return refuse('ONE_SEAT_PER_BUYER');
      if (MONEY_ON_ITS_WAY.has(order.state)) return refuse('PAYMENT_IN_PROGRESS');
    }
    return this.buy(purchase, key);
  }

  /** Gives back a seat that its buyer ordered by itself and has not paid for; false when it is not so. */
  async giveUp(eventId: number, seatId: number, userId: string): Promise<boolean> {
    const { seats, store } = this.#needs;
    const found = await seats.standing(eventId, seatId);
    if (found?.userId !== userId || found.orderId === null) return false;
    const order = await store.find(found.orderId);
    return order !== undefined && isUnpaid(order) && (await this.#giveUp(order.orderId, userId));
  }

  /**
   * Keeps a seat longer that its buyer ordered by itself and has not paid for: adds to what remains, as long as his hold
   * could have been extended. Refused with RESERVATION_NOT_ACTIVE when it is not so, with EXTENSION_LIMIT when no more can
   * be added. The stored answer has the form of a hold's, whose extension it is to its buyer.
   */
  extend(
    { eventId, seatId, userId, additionalMillis }: Omit<Purchase, 'paymentId'> & { additionalMillis: Millis },
    key: CommandKey | undefined,
  ): Promise<{ hold: { expiresAt: Millis } } | Refusal> {
    const { seats, store, clock, once, paymentGraceMillis } = this.#needs;
    const { tasks } = this.#parts;
    const extended = async () => {
      const found = await seats.standing(eventId, seatId);
      const { orderId = null, expiresAt } = found ?? {};
      if (found?.userId !== userId || orderId === null) return refuse('RESERVATION_NOT_ACTIVE');
      const latest = (expiresAt ?? 0) - paymentGraceMillis;
      return tasks.alone(orderId, async () => {
        const order = await store.find(orderId);
        if (!order || !isUnpaid(order)) return refuse('RESERVATION_NOT_ACTIVE');
        const now = clock.now();
        if (order.deadline <= now) return refuse('RESERVATION_EXPIRED');
        if (order.deadline >= latest) return refuse('EXTENSION_LIMIT');
        const later = prolonged(order, Math.min(order.deadline + additionalMillis, latest), now);
        const reply = { hold: { expiresAt: later.deadline } };
        await store.save(later, key && { record: { key, reply, at: now } });
        return reply;
      });
    };
    return tasks.patiently(() => once.run(key, extended));
  }

  /** Gives back what the buyer ordered at the event and has not paid for. Says how many orders that were. */
  async giveUpUnpaid(eventId: number, userId: string): Promise<number> {
    let given = 0;
    for (const { orderId, state } of await this.#ordersOf(userId, eventId)) {
      if (state === 'PENDING' && (await this.#giveUp(orderId, userId))) given++;
    }
    return given;
  }

  /** Brings an order's payment to its outcome, if nobody has yet, and answers the order; PAYMENT_FAILED when it was declined. */
  settle(orderId: number, userId: string, key: CommandKey | undefined): Promise<Order | Refusal> {
    const { tasks, saga } = this.#parts;
    return tasks.inTurn(orderId, key, async () => {
      const order = await tasks.own(orderId, userId);
      if (isRefusal(order)) return order;
      switch (order.state) {
        case 'PENDING':
          return notPayable(order, this.#needs.clock.now()) ?? saga.payAnew(order, {}, key);
        case 'AUTHORIZING':
        case 'UNKNOWN':
          return afterEffect(() => saga.pay(order, 'earlier', key));
        default:
          return tasks.answered(order, key);
      }
    });
  }

  /** The first try to pay an order that nobody else pays; whatever stops it, the order's driver tries again. */
  async pursue(orderId: number): Promise<void> {
    const { tasks, saga } = this.#parts;
    await tasks.alone(orderId, async () => {
      const order = await this.#needs.store.find(orderId);
      if (order?.state === 'PENDING' && order.automatic) await saga.payAnew(order, {}, undefined);
    });
  }

  #giveUp(orderId: number, userId: string): Promise<boolean> {
    const { tasks, saga } = this.#parts;
    return tasks.alone(orderId, async () => {
      const order = await this.#needs.store.find(orderId);
      if (order?.state !== 'PENDING') return false;
      await saga.giveUp(order, { state: 'CANCELLED', reason: null, actor: userId, key: undefined });
      return true;
    });
  }

  /** The order that is behind the buyer's claim; a held seat gets one that ends when the hold would. */
  async #orderFor({ eventId, seatId, userId }: Purchase): Promise<Order | Refusal> {
    const { seats, store, clock, events } = this.#needs;
    const found = await seats.standing(eventId, seatId);
    if (!found) return refuse(events.termsOf(eventId) ? 'SEAT_NOT_FOUND' : 'EVENT_NOT_FOUND');
    if (found.state === 'FREE') return refuse('RESERVATION_EXPIRED');
    if (found.userId !== userId) {
      const isGone = found.state === 'SOLD' || found.state === 'BLOCKED';
      return refuse(isGone ? 'SEAT_SOLD' : 'SEAT_NOT_YOURS', { seat: seatId });
    }
    if (found.state === 'HELD') {
      const deadline = found.expiresAt ?? clock.now();
      const wish = { eventId, seatIds: [seatId], userId, deadline };
      return this.#parts.newOrders.make({ ...wish, latestDeadline: found.latestEnd ?? deadline }, undefined);
    }
    const order = found.orderId === null ? undefined : await store.find(found.orderId);
    return order ?? refuse('PAYMENT_IN_PROGRESS');
  }

  async #pay(orderId: number, paymentId: string, key: CommandKey | undefined): Promise<Order | Refusal> {
    const { store, clock } = this.#needs;
    const { tasks, saga } = this.#parts;
    const order = await store.find(orderId);
    if (!order) return refuse('BOOKING_NOT_FOUND');
    if (BOUGHT.has(order.state)) return tasks.answered(order, key);
    if (MONEY_ON_ITS_WAY.has(order.state)) return afterEffect(() => saga.pay(order, 'earlier', key));
    const now = clock.now();
    if (notPayable(order, now)) return refuse('RESERVATION_EXPIRED');
    return saga.payAnew(order, { paymentId, now }, key);
  }

  async #ordersOf(userId: string, eventId: number): Promise<Order[]> {
    const { store, listed } = this.#needs;
    return (await store.listOf(userId, listed)).filter((order) => order.eventId === eventId);
  }
}

/** Ordered by itself, by a buyer who has not paid for it yet. */
function isUnpaid({ state, seats, automatic }: Order): boolean {
  return state === 'PENDING' && seats.length === 1 && !automatic;
}
