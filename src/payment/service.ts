import type { Along } from '../core/along.ts';
import { BrokenInvariant } from '../core/assert.ts';
import type { Clock, Millis } from '../core/clock.ts';
import type { Hundredths } from '../core/money.ts';
import { isRefusal, type Refusal } from '../core/refusal.ts';
import { Unavailable } from '../core/unavailable.ts';
import type { HashText } from './book.ts';
import { MoneyBook } from './money-book.ts';
import type { ChargeState, PaymentProvider, ProviderCharge } from './ports/payment-provider.ts';
import type { PaymentStore } from './ports/payment-store.ts';
import {
  type Booked,
  captured,
  earned,
  outstanding,
  owe,
  oweRest,
  refundable,
  returned,
  settled,
} from './refunds.ts';

export interface PaymentNeeds {
  provider: PaymentProvider;
  store: PaymentStore;
  clock: Clock;
  hash: HashText;
  /** A provider that has not answered by then counts as silent. */
  patienceMillis: Millis;
}

/** One try to pay an order. */
export interface Charge {
  attemptId: string;
  orderId: number;
  eventId: number;
  /** The order's name as the buyer knows it. */
  reference: string;
  /** What the buyer brought to pay with. */
  paymentId: string;
  amount: Hundredths;
  currency: string;
}

/**
 * Talks to the provider and keeps the house's book. A provider that throws or does not answer leaves the outcome
 * unknown; whoever asks again looks it up first. What costs nothing never reaches the provider.
 */
export class PaymentService {
  readonly #needs: PaymentNeeds;
  readonly #book: MoneyBook;

  constructor(needs: PaymentNeeds) {
    this.#needs = needs;
    this.#book = new MoneyBook(needs);
  }

  /** What became of an attempt that was begun before. */
  lookUp(charge: Charge): Promise<ChargeState | 'unknown'> {
    if (charge.amount === 0) return Promise.resolve('none');
    return this.#orUnknown(async () => (await this.#needs.provider.find(asked(charge))).state);
  }

  /** `unavailable`: the provider cannot be asked now and nothing happened. */
  async authorize(charge: Charge): Promise<'authorized' | 'declined' | 'unavailable' | 'unknown'> {
    if (charge.amount === 0) return 'authorized';
    const { provider } = this.#needs;
    const booked = this.#booked(charge);
    return this.#orUnknown(async () => {
      const answer = await orUnavailable(provider.authorize(asked(charge)));
      if (answer === 'declined') await this.#book.note(booked, 'DECLINED');
      if (answer === 'authorized' && provider.captures === 'at_once')
        await this.#book.post(booked, 'CAPTURED', () => [captured(booked)]);
      return answer;
    });
  }

  /** Takes reserved money, and writes it into the book. */
  capture(charge: Charge): Promise<'captured' | 'declined' | 'unknown'> {
    if (charge.amount === 0) return Promise.resolve('captured');
    const booked = this.#booked(charge);
    return this.#orUnknown(async () => {
      const answer = await this.#needs.provider.capture(asked(charge));
      if (answer === 'captured')
        await this.#book.post(booked, 'CAPTURED', () => [captured(booked), earned(booked)]);
      return answer;
    });
  }

  /**
   * Takes reserved money, and leaves it to the commit that rests on it to write so into the book. Until then, asked again
   * it says the same again. `empty`: nobody has tried to pay this order before, so there is no book to read.
   */
  async captureAlong(
    charge: Charge,
    book: 'empty' | 'any',
  ): Promise<{ along: Along | undefined } | 'declined' | 'unknown'> {
    if (charge.amount === 0) return { along: undefined };
    const { provider } = this.#needs;
    const booked = this.#booked(charge);
    return this.#orUnknown(async () => {
      const answer = await provider.capture(asked(charge));
      if (answer === 'declined') return answer;
      const drafts = [captured(booked), earned(booked)];
      // Money that is taken at once is in the book by now.
      const bookThen = provider.captures === 'at_once' ? 'any' : book;
      return { along: await this.#book.along(booked, 'CAPTURED', { drafts, book: bookThen }) };
    });
  }

  /** Lets go of money for which there are no seats: reserved money, or money that was taken at once. */
  void(charge: Charge): Promise<'done' | 'unknown'> {
    if (charge.amount === 0) return Promise.resolve('done');
    const booked = this.#booked(charge);
    return this.#orUnknown(async () => {
      const answer = await this.#needs.provider.void(asked(charge));
      // What was taken at once and is learnt of only now enters the book before it leaves it.
      if (answer === 'returned')
        await this.#book.post(booked, 'REFUNDED', () => [captured(booked), returned(booked)]);
      else await this.#book.note(booked, 'VOIDED');
      return 'done' as const;
    });
  }

  /** Gives back everything that has not gone back yet, of money that was taken and earned. */
  async refund(charge: Charge): Promise<'done' | 'unknown'> {
    if (charge.amount === 0) return 'done';
    const booked = this.#booked(charge);
    return this.#orUnknown(async () => {
      await this.#book.post(booked, 'CAPTURED', () => [captured(booked), earned(booked)]);
      const owed = await this.#book.post(booked, 'CAPTURED', (chain) => oweRest(chain, booked));
      for (const { source, amount } of owed) await this.#settle(charge, { refundId: source, amount });
      await this.#book.note(booked, 'REFUNDED');
      return 'done' as const;
    });
  }

  /** Gives a part back, once for each refund id; refused when more is asked for than is left. */
  async refundPart(
    charge: Charge,
    refund: { refundId: string; amount: Hundredths },
  ): Promise<'done' | 'unknown' | Refusal> {
    const booked = this.#booked(charge);
    return this.#orUnknown(async () => {
      await this.#book.post(booked, 'CAPTURED', () => [captured(booked), earned(booked)]);
      const owed = await this.#book.post(booked, 'CAPTURED', (chain) => {
        const draft = owe(chain, booked, refund);
        return isRefusal(draft) ? draft : [draft];
      });
      if (isRefusal(owed)) return owed;
      await this.#settle(charge, refund);
      return 'done' as const;
    });
  }

  /** What of an order's money can still be promised back. */
  async refundable(orderId: number): Promise<Hundredths> {
    return refundable(await this.#book.chain(orderId));
  }

  async #settle(charge: Charge, refund: { refundId: string; amount: Hundredths }): Promise<void> {
    const booked = this.#booked(charge);
    const answer = await this.#needs.provider.refund(asked(charge), refund);
    // Our book says that there is enough: somebody else gave money back behind it, which a person has to look at.
    if (answer === 'refused')
      throw new Unavailable(`the provider refuses refund ${refund.refundId}`, { indefinite: true });
    await this.#book.post(booked, 'CAPTURED', (chain) => {
      const owed = outstanding(chain).find(({ source }) => source === refund.refundId);
      return owed ? [settled(booked, owed)] : [];
    });
  }

  #booked({ attemptId, orderId, eventId, amount, currency }: Charge): Booked {
    return { attemptId, orderId, eventId, amount, currency, provider: this.#needs.provider.name };
  }

  /**
   * A defect surfaces; everything else that goes wrong on the way to the provider and back, silence included, only
   * means: not known yet.
   */
  async #orUnknown<R>(question: () => Promise<R>): Promise<R | 'unknown'> {
    const { clock, patienceMillis } = this.#needs;
    return new Promise((resolve, reject) => {
      const cancel = clock.after(patienceMillis, () => resolve('unknown'));
      const failed = (error: unknown) =>
        error instanceof BrokenInvariant ? reject(error) : resolve('unknown');
      question().then(resolve, failed).finally(cancel);
    });
  }
}

/** The charge in the words of the provider's port. */
export function asked({
  attemptId,
  orderId,
  amount,
  currency,
  paymentId,
  reference,
}: Charge): ProviderCharge {
  return { attemptId, orderId, amount, currency, method: paymentId, reference };
}

async function orUnavailable<R>(answer: Promise<R>): Promise<R | 'unavailable'> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Unavailable && !error.indefinite) return 'unavailable';
    throw error;
  }
}
