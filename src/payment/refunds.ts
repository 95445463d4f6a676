import { assert } from '../core/assert.ts';
import { formatMoney, type Hundredths, suitsCurrency } from '../core/money.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { ACCOUNT, type Entry, type EntryDraft, find, standing } from './book.ts';

/** Whose money is moved, and where it stands in the book. */
export interface Booked {
  attemptId: string;
  orderId: number;
  eventId: number;
  amount: Hundredths;
  currency: string;
  provider: string;
}

/** The provider has taken the money. */
export function captured({ attemptId, orderId, amount, currency, provider }: Booked): EntryDraft {
  const [debit, credit] = [ACCOUNT.provider(provider), ACCOUNT.buyer(orderId)];
  return { kind: 'CAPTURED', source: attemptId, debit, credit, amount, currency };
}

/** The buyer has his seats for it. */
export function earned({ attemptId, orderId, eventId, amount, currency }: Booked): EntryDraft {
  const [debit, credit] = [ACCOUNT.buyer(orderId), ACCOUNT.revenue(eventId)];
  return { kind: 'EARNED', source: attemptId, debit, credit, amount, currency };
}

/** The provider has returned what was taken and not earned: the seats were gone. */
export function returned({ attemptId, orderId, amount, currency, provider }: Booked): EntryDraft {
  const [debit, credit] = [ACCOUNT.buyer(orderId), ACCOUNT.provider(provider)];
  return { kind: 'REFUNDED', source: attemptId, debit, credit, amount, currency };
}

/** What of an order's money can still be promised back. */
export function refundable(chain: readonly Entry[]): Hundredths {
  const { earned: taken, owed } = standing(chain);
  return taken - owed;
}

/** What was promised back and has not gone back yet. */
export function outstanding(chain: readonly Entry[]): EntryDraft[] {
  return chain.filter(
    (entry) => entry.kind === 'REFUND_OWED' && !find(chain, { kind: 'REFUNDED', source: entry.source }),
  );
}

/**
 * Promises a part back, before the provider is asked, so that two promises never add up to more than was taken. The
 * same refund id again is the same promise; with another amount it is refused.
 */
export function owe(
  chain: readonly Entry[],
  { orderId, eventId, currency }: Booked,
  { refundId, amount }: { refundId: string; amount: Hundredths },
): EntryDraft | Refusal {
  const known = find(chain, { kind: 'REFUND_OWED', source: refundId });
  if (known) return known.amount === amount ? known : refuse('IDEMPOTENCY_MISMATCH');
  if (!suitsCurrency(amount, currency)) return refuse('PRICE_NOT_IN_CURRENCY', { currency });
  const left = refundable(chain);
  if (amount <= 0 || amount > left) return refuse('REFUND_TOO_LARGE', { left: formatMoney(left) });
  const [debit, credit] = [ACCOUNT.revenue(eventId), ACCOUNT.buyer(orderId)];
  return { kind: 'REFUND_OWED', source: refundId, debit, credit, amount, currency };
}

/** Promises back what is left; all that is promised by then and has not gone back. */
export function oweRest(chain: readonly Entry[], booked: Booked): EntryDraft[] {
  const owed = outstanding(chain);
  const left = refundable(chain);
  if (left <= 0) return owed;
  const rest = owe(chain, booked, { refundId: `${booked.attemptId}-rest`, amount: left });
  assert(!isRefusal(rest), `what is left of order ${booked.orderId} cannot be promised back`);
  return [...owed, rest];
}

/** The provider has given a promised part back. */
export function settled({ orderId, provider }: Booked, owed: EntryDraft): EntryDraft {
  const [debit, credit] = [ACCOUNT.buyer(orderId), ACCOUNT.provider(provider)];
  const { source, amount, currency } = owed;
  return { kind: 'REFUNDED', source, debit, credit, amount, currency };
}
