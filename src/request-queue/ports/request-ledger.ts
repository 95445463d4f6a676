import type { Millis } from '../../core/clock.ts';
import type { CommandRecord } from '../../core/command.ts';
import type { Lane } from '../policy.ts';
import type { SeatRequest } from '../request.ts';

/** How far the lanes of an event have been claimed, each up to a place: nobody at or before it is untouched. */
export interface Claims {
  readonly eventId: number;
  readonly through: ReadonlyMap<Lane, number>;
}

/** The durable side of the queue. Every method may throw Unavailable; after a definite one nothing was written. */
export interface RequestLedger {
  /** A number higher than every one it returned before, kept across restarts. */
  raiseEpoch(): Promise<number>;
  /**
   * Writes requests as they now are, and command records. Atomic. Ordered: what was appended first is durable first.
   * An older revision never replaces a newer one. Requests that were claimed for the first time need no row each: it is
   * enough to write how far each lane of their event has been claimed. When it throws, everything that was appended and
   * is not durable yet is lost with it.
   */
  append(
    requests: readonly SeatRequest[],
    more?: { records?: readonly CommandRecord[]; claims?: Claims },
  ): Promise<void>;
  /** Resolves when everything appended so far has ended, well or not. */
  settled(): Promise<void>;
  /** Changes, at once, when something appended is lost: what rests on it must be read again. */
  lineage(): number;
  /** Requests that are not over, by place, after a place, at most `limit`; those that were claimed are shown so. */
  unfinished(afterPlace: number, limit: number): Promise<SeatRequest[]>;
  find(requestId: string): Promise<SeatRequest | undefined>;
  /** Requests that were given up, latest first, at most `limit`. */
  dead(limit: number): Promise<SeatRequest[]>;
  /** Forgets requests that ended before a time, at most `limit`, and says how many. */
  forgetEndedBefore(time: Millis, limit: number): Promise<number>;
}
