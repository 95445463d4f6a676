import type { Entry } from '../entry.ts';

/** Hears what became of an entry, after it is durable. Must not throw and must not block. */
export interface Announcements {
  /** An entry is new or has moved. */
  moved(entry: Entry): void;
}
