import type { SchemaWords } from '../dialect.ts';

/**
 * Entries of waitlists that are not over, and those of a user, each by an index that no other stands in for: the columns of
 * one are in no other. What they were found by goes at once: no release has used it (ADR 20).
 */
export const liveEntries = ({ derived, dropIndex }: SchemaWords): readonly string[] => [
  ...['event_id', 'place'].map(
    (column) =>
      `ALTER TABLE waitlist_entry ADD COLUMN live_${column} BIGINT
        GENERATED ALWAYS AS (CASE WHEN ended_at IS NULL THEN ${column} END) ${derived}`,
  ),
  'CREATE INDEX waitlist_live_line ON waitlist_entry (live_event_id, state, live_place)',
  'CREATE INDEX waitlist_of_user ON waitlist_entry (user_id)',
  dropIndex({ name: 'waitlist_waiting', table: 'waitlist_entry' }),
  dropIndex({ name: 'waitlist_by_user', table: 'waitlist_entry' }),
];
