import type { Series } from '../series.ts';

/** Keeps series. Every method may throw Unavailable. */
export interface SeriesStore {
  /** All of them, those that were removed, too: few and small, the service keeps them in memory. */
  load(): Promise<Series[]>;
  /** Another number after each change of a series, whichever node made it. */
  revision(): Promise<number>;
  /**
   * Writes a new or changed series, durable when it resolves. Throws Conflict when the revision does not grow: another
   * node changed it first.
   */
  save(series: Series): Promise<void>;
}
