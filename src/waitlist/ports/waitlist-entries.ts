import type { Millis } from '../../core/clock.ts';
import type { CommandKey } from '../../core/command.ts';
import type { Entry, Wish } from '../entry.ts';

export interface Joining {
  readonly eventId: number;
  readonly userId: string;
  readonly sessionId: string | null;
  readonly admissionId: string | null;
  readonly wish: Wish;
  readonly at: Millis;
  /** Live entries that the line of the event may have. */
  readonly most: number;
  /** Present when the client may send the command again: its answer is stored with the place. */
  readonly key?: CommandKey | undefined;
}

/** An entry and how many wait before it: 0 for the first, and for one that does not wait. */
export interface Standing {
  readonly entry: Entry;
  readonly ahead: number;
}

export interface Joined extends Standing {
  /** Whether the place was taken now. */
  readonly isNew: boolean;
}

/** Who has a place in which line. Every method may throw Unavailable; after a definite one nothing was written. */
export interface WaitlistEntries {
  /**
   * Puts a party at the end of the line. Durable when it resolves. One live entry a user and event: who has one gets it
   * as it stands. Ordered: places follow the order of commits, on every node. `full` when the line has as many as it may.
   * The answer is stored under the key, if there is one, in the same commit, unless it is `full`.
   */
  join(joining: Joining): Promise<Joined | 'full'>;
  /** Writes entries as they now are: all or none, durable when it resolves. Throws Conflict, and writes nothing, when one is not exactly one revision behind. */
  save(entries: readonly Entry[]): Promise<void>;
  /** A user's latest entry, live or ended, and how many wait before it. */
  latest(eventId: number, userId: string): Promise<Standing | undefined>;
  /** The latest entries of users, live or ended, in no order; those who never had a place are left out. */
  latestOf(eventId: number, userIds: readonly string[]): Promise<Entry[]>;
  /** Entries in the order of their places, behind a place, at most `limit`; of the live ones only with `liveOnly`. */
  list(eventId: number, page: { after: number; limit: number; liveOnly: boolean }): Promise<Entry[]>;
  counts(eventId: number): Promise<{ waiting: number; offered: number }>;
}
