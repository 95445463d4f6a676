import type { Clock } from '../core/clock.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { afterEffect } from '../core/unavailable.ts';
import type { Asked } from './hold-terms.ts';
import type { Buyers } from './ports/buyers.ts';
import { admittedTier, liveSeatsLeft, type SalesTerms } from './sales-terms.ts';

/** A hold within a limit of live seats, and its undoing. */
interface Attempt<R> {
  hold(liveSeats: number): Promise<R | Refusal>;
  undo(held: R): Promise<unknown>;
}

/** Holds what the terms of a series allow. Holds begin in the order in which they were asked for. */
export class SalesDesk {
  readonly #buyers: Buyers;
  readonly #clock: Clock;
  /** Resolves when every hold that was asked for has begun. */
  #begun: Promise<unknown> = Promise.resolve();

  constructor(needs: { buyers: Buyers; clock: Clock }) {
    this.#buyers = needs.buyers;
    this.#clock = needs.clock;
  }

  async within<R>(terms: SalesTerms, asked: Asked, attempt: Attempt<R>): Promise<R | Refusal> {
    const before = this.#begun;
    let begin: () => void = () => undefined;
    const mine = new Promise<void>((resolve) => {
      begin = resolve;
    });
    this.#begun = Promise.all([before, mine]);
    try {
      const limit = await this.#limitFor(terms, asked);
      await before;
      if (isRefusal(limit)) return limit;
      const holding = attempt.hold(limit);
      begin();
      return await this.#settled(terms, asked, await holding, { limit, attempt });
    } finally {
      begin();
    }
  }

  async #limitFor(terms: SalesTerms, { claimant, eventId, ...asked }: Asked): Promise<number | Refusal> {
    const { userId, anonymous } = claimant;
    const admitted = admittedTier(terms, this.#clock.now());
    if (isRefusal(admitted)) return admitted;
    const isLetIn =
      admitted === 'everybody' || (!anonymous && (await this.#buyers.hasTier(userId, admitted.minimum)));
    if (!isLetIn) return refuse('PRESALE_TIER');
    const { reservationsPerBuyer: most, seriesId } = terms;
    const allowed = ownLimit(asked);
    if (most === null || anonymous) return allowed;
    const left = liveSeatsLeft(most, await this.#buyers.claimsIn(seriesId, userId, eventId));
    return left === 0 ? refuse('SERIES_LIMIT_REACHED', { limit: most }) : Math.min(left, allowed);
  }

  /** Two holds at the same time on two events of the series may each have fitted: then this one is given back. */
  async #settled<R>(
    { reservationsPerBuyer: most, seriesId }: SalesTerms,
    { claimant: { userId, anonymous }, eventId, ...asked }: Asked,
    held: R | Refusal,
    { limit, attempt }: { limit: number; attempt: Attempt<R> },
  ): Promise<R | Refusal> {
    if (most === null || anonymous) return held;
    if (isRefusal(held)) {
      const isOurs = held.refused === 'SEAT_LIMIT_REACHED' && limit < ownLimit(asked);
      return isOurs ? refuse('SERIES_LIMIT_REACHED', { limit: most }) : held;
    }
    const { here, elsewhere } = await afterEffect(() => this.#buyers.claimsIn(seriesId, userId, eventId));
    if (here + elsewhere <= most) return held;
    await afterEffect(() => attempt.undo(held));
    return refuse('SERIES_LIMIT_REACHED', { limit: most });
  }
}

/** Live seats that the event and the buyer's own wish allow. */
function ownLimit({ terms, manner }: Pick<Asked, 'terms' | 'manner'>): number {
  return Math.min(terms.seatsPerBuyer, manner.liveSeats ?? terms.seatsPerBuyer);
}
