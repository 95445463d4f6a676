import type { Claimant } from '../../../core/claimant.ts';
import type { Millis } from '../../../core/clock.ts';
import type { Refusal } from '../../../core/refusal.ts';

/** How somebody stands. Positions begin at 1. */
export type Standing =
  | { is: 'reserved' }
  | { is: 'waiting'; position: number; acceptBy: Millis | null }
  | { is: 'nobody' };

export type Reserved = Exclude<Standing, { is: 'nobody' }> & {
  /** He had it before he asked. */
  already: boolean;
};

/** The train and its line. Every method may throw Unavailable. */
export interface Train {
  /** The event whose seats they are. */
  eventId(): Promise<number>;
  /** A seat, or a place in the line; one of either for each user. Durable when it resolves. Takes an offered seat. */
  reserve(claimant: Claimant): Promise<Reserved | Refusal>;
  standing(userId: string): Promise<Standing>;
  /** Gives free seats to the line, first come first, and says to whom, in their order. */
  processQueue(): Promise<string[]>;
  /** Gives a seat or a place back, and says who has the seat now; undefined when there was neither. */
  cancel(userId: string): Promise<string[] | undefined | Refusal>;
  /** Takes back every seat that is not paid for, and empties the line. */
  reset(): Promise<void>;
  /** Tells how somebody stands, at first and whenever it may have changed. The result ends it. */
  watch(userId: string, tell: (standing: Standing) => void): () => void;
}
