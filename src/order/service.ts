import type { CommandKey } from '../core/command.ts';
import { onlyConflict } from '../core/conflict.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { afterEffect, onlyUnavailable } from '../core/unavailable.ts';
import { Checkout } from './checkout.ts';
import { EventOrders } from './event-orders.ts';
import type { OrderNeeds } from './needs.ts';
import { NewOrders, type OrderWish } from './new-orders.ts';
import { isDue, type Order, type OrderContact, type OrderRefund, type OrderState } from './order.ts';
import { OrderTasks } from './order-tasks.ts';
import { notPayable } from './payable.ts';
import type { Charge } from './ports/payments.ts';
import { beginRefund } from './refund.ts';
import { chargeOf, Saga } from './saga.ts';

/** Orders, from held seats to money and back. */
export class OrderService {
  readonly #needs: OrderNeeds;
  readonly #saga: Saga;
  readonly #tasks: OrderTasks;
  readonly #newOrders: NewOrders;
  readonly checkout: Checkout;
  readonly ofEvents: EventOrders;
  /** Orders without a row when they were last looked for. */
  #suspected = new Set<number>();

  constructor(needs: OrderNeeds) {
    this.#needs = needs;
    this.#saga = new Saga(needs);
    this.#tasks = new OrderTasks(needs);
    this.#newOrders = new NewOrders(needs);
    const parts = { saga: this.#saga, tasks: this.#tasks, newOrders: this.#newOrders };
    this.checkout = new Checkout(needs, parts);
    this.ofEvents = new EventOrders(needs, parts);
  }

  /** Turns the buyer's held seats into an order that waits for its payment. */
  create(
    eventId: number,
    seatIds: readonly number[],
    userId: string,
    key: CommandKey | undefined,
    contact: OrderContact | null = null,
  ): Promise<Order | Refusal> {
    return this.#needs.once.run(key, () => this.#newOrders.make({ eventId, seatIds, userId, contact }, key));
  }

  /**
   * The same for an order that the house pays by itself: it is on its way when this is answered, and once declined it
   * has failed and its seats are free. Sendings with one key that come together are answered alike.
   */
  async submit(wish: Omit<OrderWish, 'automatic'>, key: CommandKey | undefined): Promise<Order | Refusal> {
    const order = await this.#needs.once.runTogether(key, () =>
      this.#newOrders.make({ ...wish, automatic: true }, key),
    );
    if (!isRefusal(order)) this.checkout.pursue(order.orderId).catch(onlyUnavailable);
    return order;
  }

  /**
   * Pays a pending order. The same payment id again gives the same answer. Refused with PAYMENT_UNKNOWN when the
   * provider did not say what it did: the order is then driven to its end without the buyer. `mayBuy` is asked before a
   * payment is begun.
   */
  confirmPayment(
    orderId: number,
    userId: string,
    paymentId: string,
    key: CommandKey | undefined,
    mayBuy?: (eventId: number) => Promise<Refusal | undefined>,
  ): Promise<Order | Refusal> {
    return this.#tasks.inTurn(orderId, key, async () => {
      const order = await this.#tasks.own(orderId, userId);
      if (isRefusal(order)) return order;
      if (order.attempt?.paymentId === paymentId && order.state === 'CONFIRMED')
        return this.#tasks.answered(order, key);
      if (order.state === 'AUTHORIZING' || order.state === 'UNKNOWN') {
        return order.attempt?.paymentId === paymentId
          ? afterEffect(() => this.#saga.pay(order, 'earlier', key))
          : refuse('PAYMENT_IN_PROGRESS');
      }
      const notAdmitted = await mayBuy?.(order.eventId);
      if (notAdmitted) return notAdmitted;
      const now = this.#needs.clock.now();
      const refusal = this.#calledOff(order) ?? notPayable(order, now);
      if (refusal) return refusal;
      return this.#saga.payAnew(order, { paymentId, now }, key);
    });
  }

  /**
   * Ends an order: gives back the seats of a pending one, refunds a confirmed one if the event still lets its buyers
   * cancel and all of its tickets are still his. Asked again, answers the same.
   */
  cancel(
    orderId: number,
    userId: string,
    reason: string | null,
    key: CommandKey | undefined,
  ): Promise<Order | Refusal> {
    return this.#tasks.inTurn(orderId, key, async () => {
      const order = await this.#tasks.own(orderId, userId);
      if (isRefusal(order)) return order;
      switch (order.state) {
        case 'PENDING':
          return afterEffect(() =>
            this.#saga.giveUp(order, { state: 'CANCELLED', reason, actor: userId, key }),
          );
        case 'CONFIRMED':
          return (
            this.#tooLate(order) ??
            (await this.#outOfHand(order)) ??
            afterEffect(() => this.#saga.refund(order, { reason, actor: userId, key }))
          );
        case 'REFUNDING':
          return afterEffect(() => this.#saga.refund(order, { reason, actor: userId, key }));
        case 'CANCELLED':
          return this.#tasks.answered(order, key);
        case 'AUTHORIZING':
        case 'UNKNOWN':
        case 'PART_REFUNDING':
          return refuse('PAYMENT_IN_PROGRESS');
        default:
          return refuse('BOOKING_NOT_CANCELLABLE', { state: order.state });
      }
    });
  }

  /** The organiser gives a part of the money back. The same refund id again is the same refund. */
  refundPart(
    orderId: number,
    refund: Pick<OrderRefund, 'refundId' | 'amount' | 'reason'>,
    key: CommandKey | undefined,
  ): Promise<Order | Refusal> {
    return this.#tasks.inTurn(orderId, key, async () => {
      const { store, clock } = this.#needs;
      const order = await store.find(orderId);
      if (!order) return refuse('BOOKING_NOT_FOUND');
      const known = order.refunds.find(({ refundId }) => refundId === refund.refundId);
      if (known && known.amount !== refund.amount) return refuse('IDEMPOTENCY_MISMATCH');
      if (known?.state === 'DONE') return this.#tasks.answered(order, key);
      if (known) return afterEffect(() => this.#saga.refundPart(order, key));
      if (order.state !== 'CONFIRMED') return refuse('BOOKING_NOT_REFUNDABLE', { state: order.state });
      const refunding = beginRefund(order, refund, clock.now());
      if (isRefusal(refunding)) return refunding;
      await store.save(refunding);
      return afterEffect(() => this.#saga.refundPart(refunding, key));
    });
  }

  async order(orderId: number, userId: string): Promise<Order | Refusal> {
    const order = await this.#tasks.own(orderId, userId);
    return isRefusal(order) ? order : this.#upToDate(order);
  }

  async orderByReference(reference: string, userId: string): Promise<Order | Refusal> {
    const order = await this.#needs.store.findByReference(reference);
    return order?.userId === userId ? this.#upToDate(order) : refuse('BOOKING_NOT_FOUND');
  }

  /** Runs a task of others while nobody works on the order, on any node. */
  undisturbed<R>(orderId: number, task: () => Promise<R>): Promise<R> {
    return this.#tasks.alone(orderId, task);
  }

  /** Newest first. */
  async ordersOf(userId: string, states?: readonly OrderState[]): Promise<Order[]> {
    const found = await this.#needs.store.listOf(userId, this.#needs.listed);
    const orders = await Promise.all(found.map((order) => this.#upToDate(order)));
    return states ? orders.filter((order) => states.includes(order.state)) : orders;
  }

  /** Drives on the orders whose time has come: lapsed ones, and those that a crash or a silent provider left behind. */
  async driveDue(limit: number): Promise<number> {
    const { store, clock } = this.#needs;
    const due = await store.due(clock.now(), limit);
    const drive = ({ orderId }: Order) =>
      this.#tasks.alone(orderId, () => this.#drive(orderId)).catch(onlyUnavailable);
    await Promise.all(due.map(drive));
    return due.length;
  }

  /** The provider has news of an order's payment: an order that waits for it is driven on at once. */
  async paymentNews(orderId: number): Promise<void> {
    await this.#tasks.here(orderId, async () => {
      const order = await this.#needs.store.find(orderId);
      // One that is being authorized is in the hands of the request that began it, on this node or another.
      if (
        order &&
        (order.state === 'AUTHORIZING'
          ? isDue(order, this.#needs.clock.now())
          : WAITS_FOR_MONEY.has(order.state))
      )
        await this.#saga.driveOn(order);
    });
  }

  /** What the provider was asked for last, for whoever compares the books. */
  async chargeOf(orderId: number): Promise<Charge | undefined> {
    const order = await this.#needs.store.find(orderId);
    return order?.attempt ? chargeOf(order) : undefined;
  }

  /**
   * Frees seats that were claimed for an order whose first row was never written. It must have looked so the last time
   * already: another node may be making the order just now, and a buyer who was cut off asks again.
   */
  async releaseOrphans(): Promise<number> {
    const { store, seats } = this.#needs;
    // Rows are looked for after the claims: an order made meanwhile has its row, or is still being made.
    const paying = await seats.beingPaid();
    const existing = await store.existing(paying.map(({ orderId }) => orderId));
    const found = paying.filter(
      ({ orderId }) => !existing.has(orderId) && !this.#newOrders.isBeingMade(orderId),
    );
    const orphans = found.filter(({ orderId }) => this.#suspected.has(orderId));
    this.#suspected = new Set(found.map(({ orderId }) => orderId));
    for (const orphan of orphans)
      await seats.endPayment(orphan, { outcome: 'booking_cancelled', actor: null });
    return orphans.length;
  }

  async #drive(orderId: number): Promise<void> {
    const order = await this.#needs.store.find(orderId);
    if (order && isDue(order, this.#needs.clock.now())) await this.#saga.driveOn(order);
  }

  /** An order that lapsed is ended before it is shown, so that it never looks pending when its seats are free. */
  async #upToDate(order: Order): Promise<Order> {
    const { store, clock } = this.#needs;
    if (order.state !== 'PENDING' || order.deadline > clock.now()) return order;
    await this.#tasks.here(order.orderId, () => this.#drive(order.orderId)).catch(onlyConflict);
    return (await store.find(order.orderId)) ?? order;
  }

  #calledOff({ eventId }: Order): Refusal | undefined {
    const isCancelled = this.#needs.events.termsOf(eventId)?.isCancelled;
    return isCancelled ? refuse('SALE_NOT_OPEN', { status: 'CANCELLED' }) : undefined;
  }

  async #outOfHand(order: Order): Promise<Refusal | undefined> {
    return (await this.#needs.tickets.areOutOfHand(order)) ? refuse('TICKETS_NOT_RETURNABLE') : undefined;
  }

  #tooLate({ eventId }: Order): Refusal | undefined {
    const deadline = this.#needs.events.termsOf(eventId)?.cancellationDeadline ?? null;
    const isOver = deadline !== null && deadline <= this.#needs.clock.now();
    return isOver ? refuse('CANCELLATION_DEADLINE_PASSED') : undefined;
  }
}

const WAITS_FOR_MONEY: ReadonlySet<OrderState> = new Set([
  'UNKNOWN',
  'VOIDING',
  'REFUNDING',
  'PART_REFUNDING',
]);
