import { suitsCurrency } from '../../core/money.ts';
import { Unavailable } from '../../core/unavailable.ts';
import type {
  ChargeView,
  PaymentProvider,
  ProviderCharge,
  ProviderRefund,
} from '../../payment/ports/payment-provider.ts';
import type { ProviderReferences } from '../../payment/ports/provider-references.ts';
import {
  isTossRefusal,
  type TossAccount,
  type TossClient,
  type TossPayment,
  type TossRefusal,
  tossClient,
} from './toss-client.ts';

export interface TossProviderOptions extends TossAccount {
  references: ProviderReferences;
}

/**
 * Toss Payments. The buyer's page asks their window for a payment whose `orderId` is the order's reference and brings
 * the payment key back; `confirm` then takes the money at once: they have no capture. So a charge without seats is
 * cancelled, which the port calls `void`.
 *
 * How a charge is found again: by its payment key, which is kept in our ledger before the confirmation is sent.
 * Confirming twice takes money once, by their own rule (ALREADY_PROCESSED_PAYMENT). A cancellation carries the refund's
 * id in its reason, and is looked for before it is asked, since their idempotency keys end after 15 days.
 */
export function tossPaymentProvider(options: TossProviderOptions): PaymentProvider {
  return new TossPaymentProvider(options);
}

class TossPaymentProvider implements PaymentProvider {
  readonly name = 'toss';
  readonly captures = 'at_once';
  readonly #toss: TossClient;
  readonly #references: ProviderReferences;

  constructor(options: TossProviderOptions) {
    this.#toss = tossClient(options);
    this.#references = options.references;
  }

  async authorize(charge: ProviderCharge) {
    const { attemptId, orderId, reference, amount, currency, method } = charge;
    if (!suitsCurrency(amount, currency)) return 'declined';
    const paymentKey = await this.#references.keep(this.name, { attemptId, orderId }, method);
    const body = { paymentKey, orderId: reference, amount: amount / 100 };
    const answer = await this.#confirm(body, `${attemptId}-confirm`);
    const payment = isTossRefusal(answer) ? await this.#toss.find(paymentKey) : answer;
    if (isTossRefusal(payment) || !isOf(payment, charge)) return 'declined';
    // Paid in at a bank later, which our deadlines do not know: nothing was taken yet, and nothing shall be.
    if (payment.status === 'WAITING_FOR_DEPOSIT') {
      await this.#toss.cancel(paymentKey, { cancelReason: `void ${attemptId}` }, `${attemptId}-void`);
      return 'declined';
    }
    return TAKEN.has(payment.status) ? 'authorized' : 'declined';
  }

  async capture(charge: ProviderCharge) {
    const payment = await this.#known(charge);
    return payment && TAKEN.has(payment.status) ? 'captured' : 'declined';
  }

  async void(charge: ProviderCharge) {
    const payment = await this.#known(charge);
    if (!payment || (!TAKEN.has(payment.status) && payment.status !== 'CANCELED')) return 'released';
    if (payment.status === 'CANCELED') return 'returned';
    const { attemptId } = charge;
    const cancelReason = `void ${attemptId}`;
    const answer = await this.#toss.cancel(payment.paymentKey, { cancelReason }, `${attemptId}-void`);
    if (isTossRefusal(answer) && answer.refusedWith !== 'ALREADY_CANCELED_PAYMENT')
      throw new Unavailable(`Toss Payments: ${answer.refusedWith}`, { indefinite: true });
    return 'returned';
  }

  async refund(charge: ProviderCharge, { refundId, amount }: ProviderRefund) {
    const payment = await this.#known(charge);
    if (!payment) return 'refused';
    const cancelReason = `refund ${refundId}`;
    const isDone = payment.cancels?.some((each) => each.cancelReason === cancelReason && isFinal(each));
    if (isDone) return 'refunded';
    const body = { cancelReason, cancelAmount: amount / 100, currency: charge.currency };
    const answer = await this.#toss.cancel(payment.paymentKey, body, refundId);
    return isTossRefusal(answer) ? 'refused' : 'refunded';
  }

  async find(charge: ProviderCharge): Promise<ChargeView> {
    const payment = await this.#known(charge);
    if (!payment) return { state: 'none', refunded: 0 };
    const refunded = Math.round((payment.totalAmount - payment.balanceAmount) * 100);
    switch (payment.status) {
      case 'DONE':
      case 'PARTIAL_CANCELED':
        return { state: 'captured', refunded };
      case 'CANCELED':
        return { state: 'refunded', refunded };
      case 'READY':
      case 'IN_PROGRESS':
        return { state: 'none', refunded: 0 };
      default:
        return { state: 'declined', refunded: 0 };
    }
  }

  /**
   * Under a key, so that a request on its way twice is one; should the key only repeat an old failure of theirs, once
   * more under another, which is safe because a payment is confirmed once.
   */
  async #confirm(
    body: Parameters<TossClient['confirm']>[0],
    key: string,
  ): Promise<TossPayment | TossRefusal> {
    try {
      return await this.#toss.confirm(body, key);
    } catch (error) {
      if (!(error instanceof Unavailable) || !error.indefinite) throw error;
      const payment = await this.#toss.find(body.paymentKey);
      if (isTossRefusal(payment) || payment.status !== 'IN_PROGRESS') return payment;
      return this.#toss.confirm(body, `${key}-again`);
    }
  }

  /** The payment of an attempt that was begun; none when it never was, or the key is of another order's payment. */
  async #known(charge: ProviderCharge): Promise<TossPayment | undefined> {
    const paymentKey = await this.#references.referenceOf(this.name, charge.attemptId);
    if (paymentKey === undefined) return undefined;
    const payment = await this.#toss.find(paymentKey);
    return isTossRefusal(payment) || !isOf(payment, charge) ? undefined : payment;
  }
}

const TAKEN = new Set(['DONE', 'PARTIAL_CANCELED']);

/** A key can be copied: what counts is whose order it paid, and how much. */
function isOf(payment: TossPayment, { reference, amount, currency }: ProviderCharge): boolean {
  return (
    payment.orderId === reference &&
    payment.currency === currency &&
    Math.round(payment.totalAmount * 100) === amount
  );
}

function isFinal({ cancelStatus }: { cancelStatus?: string }): boolean {
  return cancelStatus === undefined || cancelStatus === 'DONE';
}
