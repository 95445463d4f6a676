import type { Along } from '../core/along.ts';
import type { Millis } from '../core/clock.ts';
import type { CommandKey } from '../core/command.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { afterEffect } from '../core/unavailable.ts';
import { beginAttempt, confirmed, declined, isFirstTry, moved } from './moves.ts';
import type { OrderNeeds } from './needs.ts';
import type { Order, OrderRefund, PaymentAttempt } from './order.ts';
import type { Charge } from './ports/payments.ts';
import { dropRefund, endRefund, pendingRefund } from './refund.ts';

interface Ending {
  reason: string | null;
  actor: string | null;
  key: CommandKey | undefined;
}

/**
 * The steps of an order, each durable before the next begins, each harmless when done again. Money follows the seat:
 * authorize, write the sold rows, capture; and backwards: refund, then give the seat back.
 */
export class Saga {
  readonly #needs: Pick<OrderNeeds, 'store' | 'seats' | 'payments' | 'clock' | 'ids' | 'paymentGraceMillis'>;

  constructor(needs: OrderNeeds) {
    this.#needs = needs;
  }

  /** From AUTHORIZING or UNKNOWN to CONFIRMED, or to what undoes it. An attempt begun earlier may have had effect. */
  async pay(order: Order, begun: 'now' | 'earlier', key: CommandKey | undefined): Promise<Order | Refusal> {
    const { store, seats, payments, clock } = this.#needs;
    const charge = chargeOf(order);
    const authorized = await this.#authorize(order, charge, begun);
    if (authorized === 'lapsed') return this.#undoAuthorization(order, 'PAYMENT_DEADLINE_PASSED');
    if (authorized === 'declined') {
      // An attempt begun earlier may have sold its seats before its authorization lapsed at the provider.
      if (begun === 'earlier') await seats.returnSale(order, { actor: null });
      if (order.automatic) return this.#declinedForGood(order);
      await store.save(declined(order, clock.now()));
      return refuse('PAYMENT_FAILED');
    }
    if (authorized === 'unavailable' && begun === 'now') {
      await store.save(declined(order, clock.now()));
      return refuse('UNAVAILABLE', {}, { retryAfterSeconds: 5 });
    }
    if (authorized === 'unknown' || authorized === 'unavailable') return this.#unknown(order);
    const sold = await seats.sell(order);
    if (isRefusal(sold)) return this.#undoAuthorization(order, 'SEATS_LOST');
    const book = begun === 'now' && isFirstTry(order) ? 'empty' : 'any';
    const captured = await payments.captureAlong(charge, book);
    if (captured === 'unknown') return this.#unknown(order);
    if (captured === 'declined') {
      await seats.returnSale(order, { actor: null });
      return this.#undoAuthorization(order, 'PAYMENT_FAILED');
    }
    return this.#save(confirmed(order, sold, clock.now()), key, captured.along);
  }

  /**
   * From PENDING: an attempt that the ledger knows of before the provider is asked. `paymentId`: the buyer's name for it;
   * without one the house asks by itself.
   */
  async payAnew(
    order: Order,
    { paymentId, now = this.#needs.clock.now() }: { paymentId?: string; now?: Millis },
    key: CommandKey | undefined,
  ): Promise<Order | Refusal> {
    const { store, ids } = this.#needs;
    const attemptId = ids.ulid();
    const attempt = { attemptId, paymentId: paymentId ?? attemptId, startedAt: now };
    const paying = beginAttempt(order, attempt, now);
    await store.save(paying);
    return afterEffect(() => this.pay(paying, 'now', key));
  }

  /** Reserved money is let go of, and what the order still claims; the order has failed. */
  async voidPayment(order: Order): Promise<Order> {
    const { store, seats, payments, clock } = this.#needs;
    await seats.endPayment(order, { outcome: 'booking_cancelled', actor: null });
    if ((await payments.void(chargeOf(order))) === 'unknown') {
      const waiting = moved(order, 'VOIDING', clock.now());
      await store.save(waiting);
      return waiting;
    }
    return this.#save(moved(order, 'FAILED', clock.now()), undefined);
  }

  /** An order that was not paid for gives its seats back. */
  async giveUp(order: Order, ending: Ending & { state: 'CANCELLED' | 'FAILED' }): Promise<Order> {
    const { seats, clock } = this.#needs;
    const outcome = ending.state === 'FAILED' ? 'payment_deadline' : 'booking_cancelled';
    await seats.endPayment(order, { outcome, actor: ending.actor });
    return this.#save(moved(order, ending.state, clock.now(), ending.reason), ending.key);
  }

  /** The money goes back first, then the seats: a seat is never free while its money is still ours. */
  async refund(order: Order, { reason, actor, key }: Ending): Promise<Order | Refusal> {
    const { store, seats, payments, clock } = this.#needs;
    let refunding = order;
    if (order.state === 'CONFIRMED') {
      refunding = moved(order, 'REFUNDING', clock.now(), reason);
      await store.save(refunding);
    }
    if ((await payments.refund(chargeOf(refunding))) === 'unknown') {
      await store.save(moved(refunding, 'REFUNDING', clock.now()));
      return refuse('PAYMENT_UNKNOWN', {}, { retryAfterSeconds: 5 });
    }
    await seats.returnSale(refunding, { actor });
    return this.#save(moved(refunding, 'CANCELLED', clock.now()), key);
  }

  /** A part of the money goes back and the seats stay sold; the intent was written down before. */
  async refundPart(order: Order, key: CommandKey | undefined): Promise<Order | Refusal> {
    const { store, payments, clock } = this.#needs;
    const { refundId, amount } = pendingRefund(order) as OrderRefund;
    // Two orders may have refunds of one name; the provider knows them apart by the attempt.
    const named = { refundId: `${order.attempt?.attemptId}-${refundId}`, amount };
    const answer = await payments.refundPart(chargeOf(order), named);
    if (answer === 'unknown') {
      await store.save(moved(order, 'PART_REFUNDING', clock.now()));
      return refuse('PAYMENT_UNKNOWN', {}, { retryAfterSeconds: 5 });
    }
    const ended = isRefusal(answer) ? dropRefund(order, clock.now()) : endRefund(order, clock.now());
    const record = key && !isRefusal(answer) && { key, reply: ended, at: clock.now() };
    await store.save(ended, record ? { record } : {});
    return isRefusal(answer) ? answer : ended;
  }

  /** Moves an order on by itself: one that lapsed, or that a crash or a silent provider left in the middle. */
  async driveOn(order: Order): Promise<void> {
    switch (order.state) {
      case 'PENDING':
        if (order.automatic && order.deadline > this.#needs.clock.now()) {
          await this.payAnew(order, {}, undefined);
          return;
        }
        await this.giveUp(order, {
          state: 'FAILED',
          reason: 'payment deadline passed',
          actor: null,
          key: undefined,
        });
        return;
      case 'AUTHORIZING':
      case 'UNKNOWN':
        await this.pay(order, 'earlier', undefined);
        return;
      case 'VOIDING':
        await this.voidPayment(order);
        return;
      case 'PART_REFUNDING':
        await this.refundPart(order, undefined);
        return;
      case 'REFUNDING':
        await this.refund(order, { reason: order.reason, actor: null, key: undefined });
        return;
      default: // At an end: nothing drives it.
    }
  }

  async #authorize(
    order: Order,
    charge: Charge,
    begun: 'now' | 'earlier',
  ): Promise<'authorized' | 'declined' | 'unavailable' | 'unknown' | 'lapsed'> {
    const { payments } = this.#needs;
    const known = begun === 'now' ? 'none' : await payments.lookUp(charge);
    switch (known) {
      case 'none':
        if (begun === 'earlier' && (await this.#isLapsed(order))) return 'lapsed';
        return payments.authorize(charge);
      case 'captured':
        return 'authorized';
      case 'voided':
      case 'refunded':
        return 'declined';
      default:
        return known;
    }
  }

  /**
   * Its time is over, and it has no seats: whoever never reached the provider must not go on trying for ever. One whose
   * seats are sold was further, whatever the provider remembers.
   */
  async #isLapsed({ orderId, eventId, deadline, seats: [first] }: Order): Promise<boolean> {
    const { seats, clock, paymentGraceMillis } = this.#needs;
    if (!first || clock.now() < deadline + paymentGraceMillis) return false;
    const now = await seats.standing(eventId, first.seatId);
    return now?.state !== 'SOLD' || now.orderId !== orderId;
  }

  /** Nobody will try another card: the seats go back, then the order has failed. */
  async #declinedForGood(order: Order): Promise<Refusal> {
    const { seats, clock } = this.#needs;
    await seats.endPayment(order, { outcome: 'booking_cancelled', actor: null });
    await this.#save(moved(order, 'FAILED', clock.now(), 'the payment was declined'), undefined);
    return refuse('PAYMENT_FAILED');
  }

  async #undoAuthorization(order: Order, cause: keyof typeof UNDONE): Promise<Refusal> {
    const { store, clock } = this.#needs;
    const voiding = moved(order, 'VOIDING', clock.now(), UNDONE[cause]);
    await store.save(voiding);
    await this.voidPayment(voiding);
    return refuse(cause);
  }

  async #unknown(order: Order): Promise<Refusal> {
    await this.#needs.store.save(moved(order, 'UNKNOWN', this.#needs.clock.now()));
    return refuse('PAYMENT_UNKNOWN', {}, { retryAfterSeconds: 5 });
  }

  /** Saves an end of the saga with its message to the bus, the stored answer and what goes along. */
  async #save(order: Order, key: CommandKey | undefined, along?: Along): Promise<Order> {
    const { store, ids, clock } = this.#needs;
    const at = clock.now();
    const { state, orderId, eventId, userId } = order;
    const message = { messageId: ids.ulid(), type: state, orderId, eventId, userId, at };
    await store.save(order, { message, record: key && { key, reply: order, at }, along });
    return order;
  }
}

/** Why an attempt is undone, as the order keeps it. */
const UNDONE = {
  SEATS_LOST: 'the seats were gone',
  PAYMENT_FAILED: 'the payment was declined',
  PAYMENT_DEADLINE_PASSED: 'payment deadline passed',
} as const;

/** The order's attempt in the words of the payments. */
export function chargeOf(order: Order): Charge {
  const { attemptId, paymentId } = order.attempt as PaymentAttempt;
  const { orderId, eventId, reference, amount, currency } = order;
  return { attemptId, orderId, eventId, reference, paymentId, amount, currency };
}
