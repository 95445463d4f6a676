import { isRefusal, type Refusal } from '../../../core/refusal.ts';
import type { Marks } from '../marks.ts';
import type { Forgery } from '../plan/notices.ts';
import { must } from '../violation.ts';
import type { World } from '../world.ts';
import type { Batch, MoveRow, OrderRow, PaymentRow } from './committed.ts';

/** Where an order can go; on purpose not the table that the saga itself uses. */
const ORDER_GOES: Readonly<Record<string, readonly string[]>> = {
  PENDING: ['PENDING', 'AUTHORIZING', 'CANCELLED', 'FAILED'],
  AUTHORIZING: ['UNKNOWN', 'CONFIRMED', 'PENDING', 'VOIDING', 'FAILED'],
  UNKNOWN: ['UNKNOWN', 'CONFIRMED', 'PENDING', 'VOIDING', 'FAILED'],
  VOIDING: ['VOIDING', 'FAILED'],
  CONFIRMED: ['PART_REFUNDING', 'REFUNDING'],
  PART_REFUNDING: ['PART_REFUNDING', 'CONFIRMED'],
  REFUNDING: ['REFUNDING', 'CANCELLED'],
};
/** Where what the provider said of an attempt can go. */
const PAYMENT_GOES: Readonly<Record<string, readonly string[]>> = {
  AUTHORIZED: ['DECLINED', 'CAPTURED', 'VOIDED', 'REFUNDED'],
  DECLINED: ['VOIDED', 'REFUNDED'],
  CAPTURED: ['VOIDED', 'REFUNDED'],
};

/** How often a notice came before it was noted, and how often it was noted. */
interface Known {
  came: number;
  noted: number;
}

/**
 * Invariant 29: a notice has its effect at most once, moves nothing backwards, and does nothing when it is forged. That
 * the books balance after all of them is judged at rest.
 */
export class NoticeRules {
  readonly #marks: Marks;
  readonly #sent = new Map<string, Known>();
  /** How many notices about an order are being taken. */
  readonly #about = new Map<number, number>();

  constructor(marks: Marks) {
    this.#marks = marks;
  }

  /** The provider has signed a notice. */
  sent(noticeId: string): void {
    this.#sent.set(noticeId, { came: 0, noted: 0 });
  }

  /** It comes to the program; the result is called when its sender waits no longer. */
  comes(noticeId: string, orderId: number): () => void {
    const known = this.#sent.get(noticeId) as Known;
    if (known.noted === 0) known.came++;
    else this.#marks.met('notice came again');
    this.#about.set(orderId, (this.#about.get(orderId) ?? 0) + 1);
    return () => this.#about.set(orderId, (this.#about.get(orderId) ?? 0) - 1);
  }

  /** The program's answer to a notice of the provider. */
  answered(noticeId: string, answer: 'taken' | Refusal): void {
    must(answer === 'taken', 29, () => `notice ${noticeId} is the provider's and was refused`);
    this.#marks.met('notice taken');
  }

  /** The program's answer to one that is not the provider's. */
  refused(noticeId: string, how: Forgery, answer: 'taken' | Refusal): void {
    const isRefused = isRefusal(answer) && answer.refused === 'WEBHOOK_REFUSED';
    must(isRefused, 29, () => `notice ${noticeId} is forged (${how}) and was taken`);
  }

  check({ notices, orders, payments }: Batch): void {
    for (const noticeId of notices) this.#noted(noticeId);
    for (const { before, after } of orders) if (before) this.#order(before, after);
    for (const { before, after } of payments) if (before) this.#payment(before, after);
  }

  /** Those that came before it was noted may all have found that it was not: nothing comes of that, for an order moves once. */
  #noted(noticeId: string): void {
    const known = this.#sent.get(noticeId);
    must(known !== undefined, 29, () => `notice ${noticeId} was taken, and the provider never sent it`);
    known.noted++;
    must(
      known.noted <= known.came,
      29,
      () => `notice ${noticeId} was taken again after it had had its effect`,
    );
  }

  #order(before: OrderRow, after: OrderRow): void {
    if (after.revision === before.revision) return;
    const isTold = (this.#about.get(after.order_id) ?? 0) > 0;
    const name = `order ${after.order_id}${isTold ? ', of which a notice tells,' : ''}`;
    const goes = ORDER_GOES[before.state] ?? [];
    must(goes.includes(after.state), 29, () => `${name} went from ${before.state} to ${after.state}`);
    if (isTold && before.state === 'UNKNOWN' && after.state !== 'UNKNOWN')
      this.#marks.met('notice ended the doubt');
    const isGivenUp = before.state === 'PENDING' && after.state === 'FAILED';
    must(
      !isGivenUp || (after.ended_at ?? 0) >= after.deadline,
      29,
      () => `${name} failed at ${after.ended_at}, before its deadline ${after.deadline}`,
    );
  }

  #payment(before: PaymentRow, after: PaymentRow): void {
    if (after.state === before.state) return;
    const isForward = PAYMENT_GOES[before.state]?.includes(after.state) ?? false;
    must(isForward, 29, () => `payment ${after.attempt_id} went from ${before.state} to ${after.state}`);
  }
}

/** All that a notice could wrongly change, as a text. */
export function moneyAndSeats({ committed, provider, ledger: { engine } }: World): string {
  const [book] = engine.query('SELECT count(*) AS entries, sum(amount) AS moved FROM money_entry', []);
  return JSON.stringify([
    [...committed.orders.values()].map(({ order_id, state, revision }) => [order_id, state, revision]),
    [...committed.payments.values()].map(({ attempt_id, state }) => [attempt_id, state]),
    [...committed.sales.keys()],
    committed.moves.filter(isOfOrder).length,
    [...provider.book.values()].map(({ attemptId, state, refunded }) => [attemptId, state, refunded.size]),
    book,
  ]);
}

/** The others are of holds, which may be made and lapse meanwhile: a party that the waitlist promoted did not pay. */
function isOfOrder({ from_state, to_state }: MoveRow): boolean {
  return [from_state, to_state].some((state) => state === 'PAYING' || state === 'SOLD');
}

/** Everything was over, and only notices came. */
export function checkUntouched(before: string, after: string): void {
  must(after === before, 29, () => `notices that came when all was over changed ${before} into ${after}`);
}
