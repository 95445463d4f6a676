import { hashText } from '../../adapters/system/hash-text.ts';
import { ACCOUNT, balances, type Entry, flawsOf, standing } from '../../payment/book.ts';
import { type Finding, finding } from './finding.ts';
import type { EventRows, MoneyRow, OrderRow } from './ledger-rows.ts';

const ENDS = new Set(['CONFIRMED', 'CANCELLED', 'FAILED']);

/** The house's book of money: each order's chain is as it was written, and at rest it says what became of the order. */
export function checkBook({ orders, money }: Pick<EventRows, 'orders' | 'money'>): Finding[] {
  const chains = new Map<number, Entry[]>();
  for (const row of money) chains.set(row.order_id, [...(chains.get(row.order_id) ?? []), entryOf(row)]);
  return orders.flatMap((order) => {
    const chain = chains.get(order.order_id) ?? [];
    const flaws = flawsOf(chain, hashText);
    if (ENDS.has(order.state)) flaws.push(...contradictions(order, chain));
    return flaws.map((flaw) => finding(24, flaw));
  });
}

/** Whoever has his seats has paid for them, whoever has none has his money, and nobody is owed anything. */
function contradictions({ order_id: id, state, amount }: OrderRow, chain: readonly Entry[]): string[] {
  const found: string[] = [];
  const { captured, refunded } = standing(chain);
  if (state === 'CONFIRMED' && captured !== amount)
    found.push(`order ${id} is CONFIRMED over ${amount}, and the book has ${captured}`);
  if (state !== 'CONFIRMED' && captured !== refunded)
    found.push(`order ${id} is ${state}, and the book still has ${captured - refunded}`);
  const owed = balances(chain).get(ACCOUNT.buyer(id)) ?? 0;
  if (owed !== 0) found.push(`order ${id} is ${state}, and ${owed} of it is neither earned nor given back`);
  return found;
}

function entryOf({ order_id: orderId, previous_hash: previousHash, ...row }: MoneyRow): Entry {
  return { ...row, orderId, previousHash };
}
