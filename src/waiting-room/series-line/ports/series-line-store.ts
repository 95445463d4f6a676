import type { Standing } from '../line.ts';

/**
 * The authority on who waits before which series, and who is in. It supplies the time of every decision. Every method
 * may throw Unavailable.
 */
export interface SeriesLineStore {
  /**
   * Puts somebody at the end of the line, unless he waits or is active already, or the line is full. Atomic and idempotent:
   * who joins again keeps his place.
   */
  join(seriesId: number, userId: string): Promise<Standing>;
  /** How people stand before a series, in the order in which they were named. */
  standings(seriesId: number, userIds: readonly string[]): Promise<Standing[]>;
  /**
   * Lets in whose turn has come before each of these series, first come first; says whom. Exact however many nodes ask: a
   * batch at most, and then nobody for the interval. Who is let in is in no line any more.
   */
  letIn(seriesIds: readonly number[]): Promise<{ seriesId: number; userIds: string[] }[]>;
  /** A seat came back: lets in the next one, beside the batches, at most a batch of such in an interval. */
  letInNext(seriesId: number): Promise<string[]>;
  isActive(userId: string): Promise<boolean>;
  /** Nobody waits before the series any more. */
  clear(seriesId: number): Promise<void>;
}
