import type { CommandKey } from '../core/command.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { confirmed, declined, moved } from './moves.ts';
import type { Order, PaymentAttempt } from './order.ts';
import type { Charge } from './ports/payments.ts';
import type { OrderNeeds } from './service.ts';

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
  readonly #needs: Pick<OrderNeeds, 'store' | 'seats' | 'payments' | 'clock' | 'ids'>;

  constructor(needs: OrderNeeds) {
    this.#needs = needs;
  }

  /** From AUTHORIZING or UNKNOWN to CONFIRMED, or to what undoes it. An attempt begun earlier may have had effect. */
  async pay(order: Order, begun: 'now' | 'earlier', key: CommandKey | undefined): Promise<Order | Refusal> {
    const { store, seats, payments, clock } = this.#needs;
    const charge = chargeOf(order);
    const authorized = await this.#authorize(charge, begun);
    if (authorized === 'declined') {
      // An attempt begun earlier may have sold its seats before its authorization lapsed at the provider.
      if (begun === 'earlier') await seats.returnSale(order, { actor: null });
      await store.save(declined(order, clock.now()));
      return refuse('PAYMENT_FAILED');
    }
    if (authorized === 'unknown') return this.#unknown(order);
    const sold = await seats.sell(order);
    if (isRefusal(sold)) return this.#undoAuthorization(order);
    const captured = await payments.capture(charge);
    if (captured === 'unknown') return this.#unknown(order);
    if (captured === 'declined') {
      await seats.returnSale(order, { actor: null });
      return this.#undoAuthorization(order);
    }
    return this.#save(confirmed(order, sold, clock.now()), key);
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
    return this.#save(moved(order, 'FAILED', clock.now(), 'the seats were gone'), undefined);
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

  async #authorize(charge: Charge, begun: 'now' | 'earlier'): Promise<'authorized' | 'declined' | 'unknown'> {
    const { payments } = this.#needs;
    const known = begun === 'now' ? 'none' : await payments.lookUp(charge);
    switch (known) {
      case 'none':
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

  async #undoAuthorization(order: Order): Promise<Refusal> {
    const { store, clock } = this.#needs;
    const voiding = moved(order, 'VOIDING', clock.now());
    await store.save(voiding);
    await this.voidPayment(voiding);
    return refuse('SEATS_LOST');
  }

  async #unknown(order: Order): Promise<Refusal> {
    await this.#needs.store.save(moved(order, 'UNKNOWN', this.#needs.clock.now()));
    return refuse('PAYMENT_UNKNOWN', {}, { retryAfterSeconds: 5 });
  }

  /** Saves an end of the saga with its message to the bus and the stored answer. */
  async #save(order: Order, key: CommandKey | undefined): Promise<Order> {
    const { store, ids, clock } = this.#needs;
    const at = clock.now();
    const { state, orderId, eventId, userId } = order;
    const message = { messageId: ids.ulid(), type: state, orderId, eventId, userId, at };
    await store.save(order, { message, ...(key && { record: { key, reply: order, at } }) });
    return order;
  }
}

function chargeOf(order: Order): Charge {
  const { attemptId } = order.attempt as PaymentAttempt;
  return { attemptId, orderId: order.orderId, amount: order.amount, currency: order.currency };
}
