import type { WaitlistEntries } from './waitlist-entries.ts';
import type { WaitlistTurns } from './waitlist-turns.ts';

/** The ledger of the lines, shared by all nodes. One store is both; whoever needs it knows the one that is his. */
export type WaitlistStore = WaitlistEntries & WaitlistTurns;
