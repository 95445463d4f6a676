import type { Millis } from '../../../core/clock.ts';
import type { Refusal } from '../../../core/refusal.ts';

/** How somebody stands before a concert. */
export type LineStanding =
  | { readonly status: 'WAITING'; readonly rank: number }
  | { readonly status: 'ACTIVE'; readonly leftMillis: Millis }
  | { readonly status: 'REJECTED' | 'NONE' };

export interface LineWatcher {
  standing(standing: LineStanding): void;
  /** The user watches elsewhere now. */
  replaced(): void;
}

/** The lines before concerts. */
export interface Lines {
  join(seriesId: number, userId: string): Promise<LineStanding | Refusal>;
  standing(seriesId: number, userId: string): Promise<LineStanding | Refusal>;
  isActive(userId: string): Promise<boolean>;
  /** A seat of the event came back: says who was let in for it. */
  letInFor(eventId: number): Promise<string[]>;
  /** Shows a standing, and each that differs from the one before. The result ends it. */
  watch(at: { seriesId: number; userId: string }, standing: LineStanding, watcher: LineWatcher): () => void;
}
