import type { Along } from '../core/along.ts';
import type { Clock } from '../core/clock.ts';
import { untilFirst } from '../core/conflict.ts';
import { isRefusal, type Refusal } from '../core/refusal.ts';
import { Turns } from '../core/turns.ts';
import { appended, type Entry, type EntryDraft, type HashText } from './book.ts';
import type { Payment, PaymentState } from './payment.ts';
import type { PaymentStore } from './ports/payment-store.ts';
import type { Booked } from './refunds.ts';

export interface MoneyBookNeeds {
  store: PaymentStore;
  clock: Clock;
  hash: HashText;
}

/** How often another node may be first at an order's chain before the caller is told to come back. */
const TRIES = 5;

/**
 * Writes the house's book: reads an order's chain, decides, appends. One writer an order and node; nodes are kept apart
 * by the chain.
 */
export class MoneyBook {
  readonly #needs: MoneyBookNeeds;
  readonly #turns = new Turns<number>();

  constructor(needs: MoneyBookNeeds) {
    this.#needs = needs;
  }

  chain(orderId: number): Promise<Entry[]> {
    return this.#needs.store.chain(orderId);
  }

  /** A state of an attempt that moves no money. */
  note(booked: Booked, state: PaymentState): Promise<void> {
    return this.#needs.store.record(this.#payment(booked, state));
  }

  /**
   * Appends what `decide` makes of the chain, and what it makes again if another node was first. Entries that are there
   * already are not written twice.
   */
  post<R extends readonly EntryDraft[] | Refusal>(
    booked: Booked,
    state: PaymentState,
    decide: (chain: readonly Entry[]) => R,
  ): Promise<R> {
    const { store, clock, hash } = this.#needs;
    const write = async () => {
      const chain = await store.chain(booked.orderId);
      const decision = decide(chain);
      if (isRefusal(decision)) return decision;
      const place = { orderId: booked.orderId, at: clock.now(), hash };
      const entries = appended(chain, decision as readonly EntryDraft[], place);
      await store.record(this.#payment(booked, state), entries);
      return decision;
    };
    const giveUp = (failure: unknown) => {
      throw failure;
    };
    return this.#turns.take(booked.orderId, () => untilFirst(TRIES, write, giveUp));
  }

  /** The same entries as a part of another commit. An empty book is not read: should it not be, that commit throws Conflict. */
  async along(
    booked: Booked,
    state: PaymentState,
    { drafts, book }: { drafts: readonly EntryDraft[]; book: 'empty' | 'any' },
  ): Promise<Along> {
    const { store, clock, hash } = this.#needs;
    const { orderId } = booked;
    const chain = book === 'empty' ? [] : await store.chain(orderId);
    const entries = appended(chain, drafts, { orderId, at: clock.now(), hash });
    return store.along(this.#payment(booked, state), entries);
  }

  #payment({ attemptId, orderId, amount, currency, provider }: Booked, state: PaymentState): Payment {
    return { attemptId, orderId, amount, currency, state, provider, updatedAt: this.#needs.clock.now() };
  }
}
