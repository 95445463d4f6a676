import type { Millis } from '../../core/clock.ts';
import type { CommandRecord } from '../../core/command.ts';
import type { Changes, ClaimsSeed, SeatCounts } from '../claims.ts';
import type { Hall } from '../hall.ts';

/**
 * The durable side of the seats: hold rows, sold rows (one per event and seat: the law), blocks and the history of
 * moves. Every method may throw Unavailable; after a definite one nothing was written.
 */
export interface SeatLedger {
  /** A number higher than every one it returned before, kept across restarts. */
  raiseEpoch(): Promise<number>;
  /** What is claimed and blocked in a hall, and what lapsed since `lapsedSince`. Sees everything appended before. */
  load(hall: Hall, lapsedSince: Millis): Promise<ClaimsSeed>;
  /**
   * Writes the changes of one decision and its command record. Atomic. Ordered: what was appended first is durable
   * first. When it throws, everything that was appended and is not durable yet is lost with it.
   */
  append(hall: Hall, changes: Changes, record: CommandRecord | undefined): Promise<void>;
  /** Resolves when everything appended so far has ended, well or not. */
  settled(): Promise<void>;
  /** Changes, at once, when something appended is lost: what was decided on top of it must be loaded again. */
  lineage(): number;
  /** Events that have holds which can still end. */
  eventsWithLiveHolds(): Promise<number[]>;
  /** Seats by state from the rows alone, for an event whose claims nobody has loaded. */
  counts(eventId: number): Promise<SeatCounts>;
}
