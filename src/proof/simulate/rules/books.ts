import { hashText } from '../../../adapters/system/hash-text.ts';
import { balances, type Entry, flawsOf, standing } from '../../../payment/book.ts';
import { must } from '../violation.ts';
import type { World } from '../world.ts';
import { partsOf } from './committed.ts';

/** Invariants 22 to 25 on the house's book of money: its chains hold, and order by order it says what the provider's says. */
export function books({ provider, committed, ledger: { engine } }: World): void {
  const chains = new Map<number, Entry[]>();
  const entries = engine.query<Entry>(
    `SELECT order_id AS orderId, number, kind, source, debit, credit, amount, currency, at,
      previous_hash AS previousHash, hash FROM money_entry ORDER BY order_id, number`,
    [],
  );
  for (const entry of entries) chains.set(entry.orderId, [...(chains.get(entry.orderId) ?? []), entry]);
  for (const chain of chains.values())
    must(flawsOf(chain, hashText).length === 0, 24, () => flawsOf(chain, hashText).join('; '));
  for (const order of committed.orders.values()) {
    const chain = chains.get(order.order_id) ?? [];
    const ours = standing(chain);
    const theirs = taken(provider, chain);
    const name = `order ${order.order_id} (${order.state})`;
    must(
      ours.captured === theirs.captured && ours.refunded === theirs.refunded,
      25,
      () => `${name}: our book says ${JSON.stringify(ours)}, the provider's ${JSON.stringify(theirs)}`,
    );
    const left = ours.captured - ours.refunded;
    const back = partsOf(order).reduce((sum, { amount }) => sum + amount, 0);
    must(
      left === (order.state === 'CONFIRMED' ? order.amount - back : 0),
      22,
      () => `${name}: ${left} of ${order.amount} is with us, and ${back} went back in parts`,
    );
    const owed = balances(chain).get(`buyer:${order.order_id}`) ?? 0;
    must(owed === 0, 24, () => `${name}: ${owed} of the buyer's money is neither earned nor back`);
  }
}

/** What the provider took and gave back under the attempts that the chain names. */
function taken(provider: World['provider'], chain: readonly Entry[]) {
  let [captured, refunded] = [0, 0];
  for (const { kind, source } of chain) {
    const charge = kind === 'CAPTURED' ? provider.book.get(source) : undefined;
    if (!charge) continue;
    captured += charge.captures * charge.amount;
    refunded += [...charge.refunded.values()].reduce((sum, amount) => sum + amount, 0);
  }
  return { captured, refunded };
}
