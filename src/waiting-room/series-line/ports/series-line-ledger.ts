import type { Millis } from '../../../core/clock.ts';
import type { Pace } from '../line.ts';

/** Somebody who waits. Places of one series grow with each who joins. */
export interface SeriesPlace {
  seriesId: number;
  userId: string;
  place: number;
}

/** What changed in one step. */
export interface LineChange {
  joined?: readonly SeriesPlace[];
  left?: readonly Pick<SeriesPlace, 'seriesId' | 'userId'>[];
  paces?: readonly { seriesId: number; pace: Pace }[];
  active?: readonly { userId: string; until: Millis }[];
}

/** The durable side of lines that are kept in memory. Every method may throw Unavailable. */
export interface SeriesLineLedger {
  load(now: Millis): Promise<{
    /** By series and place. */
    places: SeriesPlace[];
    paces: { seriesId: number; pace: Pace }[];
    /** Those whose time is not over. */
    active: { userId: string; until: Millis }[];
  }>;
  /** Writes a change: all or nothing, durable when it resolves. */
  append(change: LineChange): Promise<void>;
  /** Forgets who was active until before a time. */
  forgetActive(before: Millis): Promise<void>;
  /** Changes, at once, when something appended is lost: what is in memory must be loaded again. */
  lineage(): number;
}
