import type { Millis } from '../core/clock.ts';
import type { Hundredths } from '../core/money.ts';
import { flawsOf, type HashText, standing } from './book.ts';
import type { Payment } from './payment.ts';
import type { ChargedOrders } from './ports/paid-orders.ts';
import type { ChargeView, PaymentProvider } from './ports/payment-provider.ts';
import type { PaymentStore } from './ports/payment-store.ts';
import type { ProviderReferences } from './ports/provider-references.ts';
import type { ProviderStatements, StatedCharge } from './ports/provider-statements.ts';
import { asked } from './service.ts';

export interface ReconcileNeeds {
  provider: PaymentProvider;
  store: PaymentStore;
  orders: ChargedOrders;
  hash: HashText;
  /** Where the provider lists its charges; without it, only what our book knows is compared. */
  statements?: { list: ProviderStatements; references: ProviderReferences };
}

/** A sentence about an order whose money is not as it should be. */
export interface Finding {
  orderId: number;
  attemptId: string;
  flaw: string;
}

const PAGE = 200;

/**
 * Compares our book with the provider's, for attempts that changed in [from, to): take a time that lies some minutes
 * back, since what is under way differs for a moment. Writes nothing: a difference is for a person to look at. Findings
 * come one by one, so a day of sales needs no memory.
 */
export async function* reconcile(
  needs: ReconcileNeeds,
  range: { from: Millis; to: Millis },
): AsyncGenerator<Finding> {
  let after: Payment | undefined;
  for (;;) {
    const page = await needs.store.changed({ ...range, ...(after && { after }) }, PAGE);
    for (const payment of page) yield* findings(needs, payment);
    after = page.at(-1);
    if (page.length < PAGE) break;
  }
  if (needs.statements) yield* strangers(needs, needs.statements, range);
}

async function* findings(needs: ReconcileNeeds, payment: Payment): AsyncGenerator<Finding> {
  const { orderId, attemptId } = payment;
  const found = (flaw: string): Finding => ({ orderId, attemptId, flaw });
  const chain = await needs.store.chain(orderId);
  for (const flaw of flawsOf(chain, needs.hash)) yield found(flaw);
  const { captured, earned, owed, refunded } = standing(chain);
  if (captured - refunded !== earned - owed)
    yield found(`${captured - refunded} of the buyer's money is here, and ${earned - owed} was earned`);
  const charge = await needs.orders.chargeOf(orderId);
  // An earlier attempt of the order was declined, or it would have been the last.
  if (charge?.attemptId !== attemptId || payment.provider !== needs.provider.name) return;
  const view = await needs.provider.find(asked(charge));
  const theirs = takenBy(view, payment.amount);
  if (theirs.captured !== captured || theirs.refunded !== refunded)
    yield found(
      `the provider has taken ${theirs.captured} and given ${theirs.refunded} back, our book says ${captured} and ${refunded}`,
    );
  if (view.state === 'authorized') yield found('the provider still holds reserved money');
}

function takenBy({ state, refunded }: ChargeView, amount: Hundredths) {
  const isTaken = state === 'captured' || state === 'refunded';
  return { captured: isTaken ? amount : 0, refunded };
}

/** Charges that the provider lists and our book does not know. */
async function* strangers(
  { store, provider }: ReconcileNeeds,
  { list, references }: { list: ProviderStatements; references: ProviderReferences },
  range: { from: Millis; to: Millis },
): AsyncGenerator<Finding> {
  for await (const stated of list.charges(range)) {
    if (stated.captured === 0) continue;
    const attempt = await references.attemptOf(provider.name, stated.reference);
    const chain = attempt ? await store.chain(attempt.orderId) : [];
    if (standing(chain).captured > 0) continue;
    yield {
      orderId: attempt?.orderId ?? 0,
      attemptId: attempt?.attemptId ?? '',
      flaw: sentenceOf(stated),
    };
  }
}

function sentenceOf({ reference, captured, refunded }: StatedCharge): string {
  return `the provider has taken ${captured} and given ${refunded} back as ${reference}, which our book does not know`;
}
