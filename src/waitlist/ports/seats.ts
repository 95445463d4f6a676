import type { Claimant } from '../../core/claimant.ts';
import type { Millis } from '../../core/clock.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { Entry, HeldParty, Wish } from '../entry.ts';

export interface TakenSeats {
  readonly holds: readonly { readonly holdId: number; readonly seatId: number; readonly expiresAt: Millis }[];
}

/** What the line asks of the seats. Every method may throw Unavailable. */
export interface Seats {
  /** How many seats nobody has. */
  free(eventId: number): Promise<number>;
  /**
   * Holds seats for parties, each for itself, until they have answered; without a time to answer as long as anybody's.
   * Decided in their order: when it throws, nobody has seats behind one who has none for that. At most once for each
   * attempt of an entry: asked again, also after a crash, it answers the same.
   */
  holdFor(entries: readonly Entry[], answerMillis: Millis | undefined): Promise<(HeldParty | Refusal)[]>;
  /** Everybody who holds seats of the event and has not begun to pay. */
  holders(eventId: number): Promise<ReadonlySet<string>>;
  /** Whether seats were held for this attempt of the entry. */
  wasHeldFor(entry: Entry): Promise<boolean>;
  /** Holds seats for somebody who need not wait. The answer is stored under the claimant's key as it stands here. */
  take(eventId: number, wish: Wish, claimant: Claimant): Promise<TakenSeats | Refusal>;
  /**
   * Lets the holds of an accepted offer run as long as anybody's, and says how long; those that were paid for meanwhile
   * are kept. `given back`: one of them was ended by its owner. Undefined: one of them was lost.
   */
  keep(entry: Entry): Promise<Millis | 'given back' | undefined>;
  /** Gives back what is held for an entry, also when its holding was never recorded. Harmless when nothing is. */
  release(entry: Entry): Promise<void>;
  /** Seats of the event that a user has: held, being paid for, or bought. */
  ofUser(eventId: number, userId: string): Promise<{ holdId: number; seatId: number }[]>;
}
