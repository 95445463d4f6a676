import type { Clock, Millis } from '../core/clock.ts';
import type { CommandKey, Once } from '../core/command.ts';
import type { Ids } from '../core/ids.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { Turns } from '../core/turns.ts';
import { afterEffect, Unavailable } from '../core/unavailable.ts';
import { beginAttempt, newOrder } from './moves.ts';
import type { Order, OrderState } from './order.ts';
import type { OrderStore } from './ports/order-store.ts';
import type { Payments } from './ports/payments.ts';
import type { Seats } from './ports/seats.ts';
import { Saga } from './saga.ts';

export interface OrderNeeds {
  store: OrderStore;
  seats: Seats;
  payments: Payments;
  clock: Clock;
  ids: Ids;
  once: Once;
  /** A pending order gives its seats back after this. */
  paymentDeadlineMillis: Millis;
  /** Seats stay claimed this much longer, so that a payment begun in time finds them. */
  paymentGraceMillis: Millis;
  /** Rows in one list. */
  listed: number;
}

/** Orders: one at a time each, so that a buyer's double click and the reconciler never meet in the middle. */
export class OrderService {
  readonly #needs: OrderNeeds;
  readonly #saga: Saga;
  readonly #turns = new Turns<number>();
  /** Orders whose seats are claimed and whose first row is on its way. */
  readonly #beingMade = new Set<number>();

  constructor(needs: OrderNeeds) {
    this.#needs = needs;
    this.#saga = new Saga(needs);
  }

  /** Turns the buyer's held seats into an order that waits for its payment. */
  create(
    eventId: number,
    seatIds: readonly number[],
    userId: string,
    key: CommandKey | undefined,
  ): Promise<Order | Refusal> {
    return this.#needs.once.run(key, async () => {
      const { clock, ids, seats, store, paymentDeadlineMillis, paymentGraceMillis } = this.#needs;
      const orderId = ids.next('booking');
      const deadline = clock.now() + paymentDeadlineMillis;
      const claim = { orderId, eventId, userId, seatIds, deadline: deadline + paymentGraceMillis };
      this.#beingMade.add(orderId);
      try {
        const claimed = await seats.beginPayment(claim);
        if (isRefusal(claimed)) return claimed;
        const now = clock.now();
        const draft = { orderId, reference: `BK-${ids.ulid()}`, eventId, userId, deadline, ...claimed };
        const order = newOrder(draft, now);
        await afterEffect(() => store.save(order, key && { record: { key, reply: order, at: now } }));
        return order;
      } finally {
        this.#beingMade.delete(orderId);
      }
    });
  }

  /**
   * Pays a pending order. The same payment id again gives the same answer. Refused with PAYMENT_UNKNOWN when the
   * provider did not say what it did: the order is then driven to its end without the buyer.
   */
  confirmPayment(
    orderId: number,
    userId: string,
    paymentId: string,
    key: CommandKey | undefined,
  ): Promise<Order | Refusal> {
    return this.#needs.once.run(key, () =>
      this.#turns.take(orderId, async () => {
        const order = await this.#own(orderId, userId);
        if (isRefusal(order)) return order;
        const { clock, ids, store } = this.#needs;
        if (order.attempt?.paymentId === paymentId && order.state === 'CONFIRMED')
          return this.#answered(order, key);
        if (order.state === 'AUTHORIZING' || order.state === 'UNKNOWN') {
          return order.attempt?.paymentId === paymentId
            ? afterEffect(() => this.#saga.pay(order, 'earlier', key))
            : refuse('PAYMENT_IN_PROGRESS', {}, { retryAfterSeconds: 1 });
        }
        const now = clock.now();
        const refusal = notPayable(order, now);
        if (refusal) return refusal;
        const paying = beginAttempt(order, { attemptId: ids.ulid(), paymentId, startedAt: now }, now);
        await store.save(paying);
        return afterEffect(() => this.#saga.pay(paying, 'now', key));
      }),
    );
  }

  /** Ends an order: gives back the seats of a pending one, refunds a confirmed one. Asked again, answers the same. */
  cancel(
    orderId: number,
    userId: string,
    reason: string | null,
    key: CommandKey | undefined,
  ): Promise<Order | Refusal> {
    return this.#needs.once.run(key, () =>
      this.#turns.take(orderId, async () => {
        const order = await this.#own(orderId, userId);
        if (isRefusal(order)) return order;
        switch (order.state) {
          case 'PENDING':
            return afterEffect(() =>
              this.#saga.giveUp(order, { state: 'CANCELLED', reason, actor: userId, key }),
            );
          case 'CONFIRMED':
          case 'REFUNDING':
            return afterEffect(() => this.#saga.refund(order, { reason, actor: userId, key }));
          case 'CANCELLED':
            return this.#answered(order, key);
          case 'AUTHORIZING':
          case 'UNKNOWN':
            return refuse('PAYMENT_IN_PROGRESS', {}, { retryAfterSeconds: 1 });
          default:
            return refuse('BOOKING_NOT_CANCELLABLE', { state: order.state });
        }
      }),
    );
  }

  /** An order that lapsed is ended before it is shown, so that it never looks pending when its seats are free. */
  async order(orderId: number, userId: string): Promise<Order | Refusal> {
    const order = await this.#own(orderId, userId);
    if (isRefusal(order) || order.state !== 'PENDING' || order.deadline > this.#needs.clock.now())
      return order;
    await this.#turns.take(orderId, () => this.#drive(orderId));
    return this.#own(orderId, userId);
  }

  async orderByReference(reference: string, userId: string): Promise<Order | Refusal> {
    const order = await this.#needs.store.findByReference(reference);
    return order?.userId === userId ? order : refuse('BOOKING_NOT_FOUND');
  }

  /** Newest first. */
  async ordersOf(userId: string, states?: readonly OrderState[]): Promise<Order[]> {
    const orders = await this.#needs.store.listOf(userId, this.#needs.listed);
    return states ? orders.filter((order) => states.includes(order.state)) : orders;
  }

  /** Drives on the orders whose time has come: lapsed ones, and those that a crash or a silent provider left behind. */
  async driveDue(limit: number): Promise<number> {
    const { store, clock } = this.#needs;
    const due = await store.due(clock.now(), limit);
    const drive = ({ orderId }: Order) =>
      this.#turns.take(orderId, () => this.#drive(orderId)).catch(onlyUnavailable);
    await Promise.all(due.map(drive));
    return due.length;
  }

  /** Frees seats that were claimed for an order whose first row was never written. */
  async releaseOrphans(): Promise<number> {
    const { store, seats } = this.#needs;
    // Rows are looked for after the claims: an order made meanwhile has its row, or is still being made.
    const paying = await seats.beingPaid();
    const existing = await store.existing(paying.map(({ orderId }) => orderId));
    const orphans = paying.filter(({ orderId }) => !existing.has(orderId) && !this.#beingMade.has(orderId));
    for (const orphan of orphans)
      await seats.endPayment(orphan, { outcome: 'booking_cancelled', actor: null });
    return orphans.length;
  }

  async #drive(orderId: number): Promise<void> {
    const { store, clock } = this.#needs;
    const order = await store.find(orderId);
    if (!order || order.dueAt === null || order.dueAt > clock.now()) return;
    switch (order.state) {
      case 'PENDING':
        await this.#saga.giveUp(order, {
          state: 'FAILED',
          reason: 'payment deadline passed',
          actor: null,
          key: undefined,
        });
        return;
      case 'AUTHORIZING':
      case 'UNKNOWN':
        await this.#saga.pay(order, 'earlier', undefined);
        return;
      case 'VOIDING':
        await this.#saga.voidPayment(order);
        return;
      case 'REFUNDING':
        await this.#saga.refund(order, { reason: order.reason, actor: null, key: undefined });
        return;
      default: // At an end: nothing drives it.
    }
  }

  /** An order that is where the buyer wants it, whoever brought it there: the answer is stored for his next asking. */
  async #answered(order: Order, key: CommandKey | undefined): Promise<Order> {
    const { store, clock } = this.#needs;
    if (key) await store.save(order, { record: { key, reply: order, at: clock.now() } });
    return order;
  }

  /** Somebody else's order answers exactly like none. */
  async #own(orderId: number, userId: string): Promise<Order | Refusal> {
    const order = await this.#needs.store.find(orderId);
    return order?.userId === userId ? order : refuse('BOOKING_NOT_FOUND');
  }
}

function notPayable(order: Order, now: Millis): Refusal | undefined {
  const lapsed = order.state === 'FAILED' && order.attempt === null;
  if (lapsed || (order.state === 'PENDING' && order.deadline <= now))
    return refuse('PAYMENT_DEADLINE_PASSED');
  return order.state === 'PENDING' ? undefined : refuse('BOOKING_NOT_PENDING', { state: order.state });
}

function onlyUnavailable(error: unknown): void {
  if (!(error instanceof Unavailable)) throw error;
}
