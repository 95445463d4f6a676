import { LatestMap } from '../core/latest-map.ts';

/** The share of claims that come back is believed to be this before any has ended. */
const BELIEF = { returned: 1, ended: 10 };
const GONE_REMEMBERED = 10_000;

/** What becomes of a claimed seat: sold, given back by its owner, or free because his time ran out. */
export type ClaimEnd = 'sold' | 'given-back' | 'lapsed';

/** Who has a claim on which seat of an event, sold ones too, and how often claims come back. */
export class ClaimTally {
  /** Seats of those who have what they came for, or are about to. */
  readonly #claims = new Map<string, number>();
  /** Those who let their latest claim run out. They went away: a session of theirs may last for long yet. */
  readonly #gone = new LatestMap<string, true>({ most: GONE_REMEMBERED });
  readonly #ownerOf = new Map<number, string | undefined>();
  #returned = 0;
  #ended = 0;

  /** People who look for nothing any more: they have a claim, or let one run out and have made none since. */
  readonly claimants = { has: (userId: string) => this.#claims.has(userId) || this.#gone.has(userId) };

  /** Of the seats as they were read; a move that was announced meanwhile is newer. */
  begin(seatId: number, userId: string | undefined): void {
    if (!this.#ownerOf.has(seatId)) this.#own(seatId, userId);
  }

  /** Somebody has claimed it. */
  claimed(seatId: number, userId: string | undefined): void {
    if (userId !== undefined) this.#gone.delete(userId);
    this.#own(seatId, userId);
  }

  /** `userId`: who owns it now. */
  ended(seatId: number, userId: string | undefined, end: ClaimEnd): void {
    const before = this.#ownerOf.get(seatId);
    if (before !== undefined) {
      this.#ended++;
      if (end !== 'sold') this.#returned++;
      if (end === 'lapsed') this.#gone.set(before, true);
    }
    this.#own(seatId, userId);
  }

  /** Of the claims that have ended, how many gave their seat back. */
  get returningShare(): number {
    return (this.#returned + BELIEF.returned) / (this.#ended + BELIEF.ended);
  }

  #own(seatId: number, userId: string | undefined): void {
    const before = this.#ownerOf.get(seatId);
    this.#ownerOf.set(seatId, userId);
    if (before === userId) return;
    if (userId !== undefined) this.#claims.set(userId, (this.#claims.get(userId) ?? 0) + 1);
    if (before === undefined) return;
    const left = (this.#claims.get(before) ?? 1) - 1;
    if (left > 0) this.#claims.set(before, left);
    else this.#claims.delete(before);
  }
}
