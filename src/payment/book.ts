import { assert } from '../core/assert.ts';
import type { Millis } from '../core/clock.ts';
import type { Hundredths } from '../core/money.ts';

/**
 * The house's book of money. An entry moves an amount from one account to another, so the book balances by its form.
 * Entries are only ever added. They are chained per order, each with the hash of the one before it: what was changed
 * or taken out shows, and nodes that write for different orders never wait for each other.
 */
export type EntryKind = 'CAPTURED' | 'EARNED' | 'REFUND_OWED' | 'REFUNDED';

export interface EntryDraft {
  readonly kind: EntryKind;
  /** What it was done for: the attempt that was captured, the refund that was given. One of a kind per order. */
  readonly source: string;
  /** Where the amount goes to, and where from. */
  readonly debit: string;
  readonly credit: string;
  /** More than nothing. */
  readonly amount: Hundredths;
  readonly currency: string;
}

export interface Entry extends EntryDraft {
  readonly orderId: number;
  /** 1, 2, 3… within the order. */
  readonly number: number;
  readonly at: Millis;
  readonly previousHash: string;
  readonly hash: string;
}

/** SHA-256 of a text's UTF-8, as lower-case hex. */
export type HashText = (text: string) => string;

/** What the provider owes the house, what the house owes a buyer, and what the house has earned with an event. */
export const ACCOUNT = {
  provider: (name: string) => `provider:${name}`,
  buyer: (orderId: number) => `buyer:${orderId}`,
  revenue: (eventId: number) => `revenue:${eventId}`,
};

/** Of one order: what was taken, what of it the seats have earned, what was promised back, what went back. */
export interface Standing {
  captured: Hundredths;
  earned: Hundredths;
  owed: Hundredths;
  refunded: Hundredths;
}

const FIRST = '0'.repeat(64);

/**
 * The drafts as entries behind the chain. Those that the chain has already are left out; with another amount they are a
 * defect.
 */
export function appended(
  chain: readonly Entry[],
  drafts: readonly EntryDraft[],
  { orderId, at, hash }: { orderId: number; at: Millis; hash: HashText },
): Entry[] {
  const entries: Entry[] = [];
  let last = chain.at(-1);
  for (const draft of drafts) {
    const known = find(chain, draft);
    if (known) {
      assert(
        known.amount === draft.amount && known.currency === draft.currency,
        `order ${orderId}: ${draft.kind} of ${draft.source} was ${known.amount}, not ${draft.amount}`,
      );
      continue;
    }
    assert(
      Number.isSafeInteger(draft.amount) && draft.amount > 0,
      `order ${orderId}: an entry of ${draft.amount}`,
    );
    const { kind, source, debit, credit, amount, currency } = draft;
    const place = { orderId, number: (last?.number ?? 0) + 1, at, previousHash: last?.hash ?? FIRST };
    const { number, previousHash } = place;
    const seal = sealOf(draft, place, hash);
    // Field by field: two of them are made for every purchase, and spreading costs more than all the rest here.
    last = { kind, source, debit, credit, amount, currency, orderId, number, at, previousHash, hash: seal };
    entries.push(last);
  }
  return entries;
}

export function find(
  chain: readonly Entry[],
  { kind, source }: Pick<EntryDraft, 'kind' | 'source'>,
): Entry | undefined {
  return chain.find((entry) => entry.kind === kind && entry.source === source);
}

export function standing(chain: readonly Entry[]): Standing {
  const sum = (kind: EntryKind) =>
    chain.reduce((total, entry) => (entry.kind === kind ? total + entry.amount : total), 0);
  return {
    captured: sum('CAPTURED'),
    earned: sum('EARNED'),
    owed: sum('REFUND_OWED'),
    refunded: sum('REFUNDED'),
  };
}

/** What each account has gained; the sum over all accounts is zero. */
export function balances(entries: readonly EntryDraft[]): Map<string, Hundredths> {
  const found = new Map<string, Hundredths>();
  const add = (account: string, amount: Hundredths) => found.set(account, (found.get(account) ?? 0) + amount);
  for (const { debit, credit, amount } of entries) {
    add(debit, amount);
    add(credit, -amount);
  }
  return found;
}

/** What is wrong with an order's chain, in sentences; none when it is as it was written. */
export function flawsOf(chain: readonly Entry[], hash: HashText): string[] {
  const flaws: string[] = [];
  let previousHash = FIRST;
  chain.forEach((entry, index) => {
    const name = `order ${entry.orderId}, entry ${entry.number}`;
    if (entry.number !== index + 1) flaws.push(`${name} stands where ${index + 1} belongs`);
    if (entry.previousHash !== previousHash) flaws.push(`${name} does not follow the one before it`);
    if (entry.hash !== sealOf(entry, entry, hash)) flaws.push(`${name} is not as it was written`);
    previousHash = entry.hash;
  });
  const { captured, earned, owed, refunded } = standing(chain);
  const [{ orderId = 0 } = {}] = chain;
  if (earned > captured) flaws.push(`order ${orderId} earned ${earned} of ${captured} captured`);
  if (refunded > captured) flaws.push(`order ${orderId} gave ${refunded} back of ${captured} captured`);
  if (owed > earned) flaws.push(`order ${orderId} owes ${owed} of ${earned} earned`);
  return flaws;
}

function sealOf(
  { kind, source, debit, credit, amount, currency }: EntryDraft,
  { previousHash, orderId, number, at }: Pick<Entry, 'previousHash' | 'orderId' | 'number' | 'at'>,
  hash: HashText,
): string {
  return hash(
    JSON.stringify([previousHash, orderId, number, kind, source, debit, credit, amount, currency, at]),
  );
}
