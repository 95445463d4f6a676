import type { SchemaWords } from '../dialect.ts';

/** Who waits for seats that come back, and the events that editions sell by themselves. */
export const waitlist = (words: SchemaWords): readonly string[] => [
  // The line's order: places are given by whoever has its row. `in_turn`: seats may be held for parties that do not know.
  `CREATE TABLE waitlist (
    event_id BIGINT NOT NULL PRIMARY KEY,
    last_place BIGINT NOT NULL,
    in_turn BIGINT NOT NULL DEFAULT 0
  )${words.tableEnd}`,
  `CREATE TABLE waitlist_entry (
    event_id BIGINT NOT NULL,
    place BIGINT NOT NULL,
    user_id ${words.name} NOT NULL,
    session_id ${words.name},
    admission_id ${words.name},
    wish_json ${words.text} NOT NULL,
    state ${words.name} NOT NULL,
    revision BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    joined_at BIGINT NOT NULL,
    offer_json ${words.text},
    answer_by BIGINT,
    reason ${words.name},
    ended_at BIGINT,
    PRIMARY KEY (event_id, place)
  )${words.clusteredEnd}`,
  'CREATE INDEX waitlist_by_user ON waitlist_entry (event_id, user_id, place)',
  words.partialIndex({
    name: 'waitlist_waiting',
    table: 'waitlist_entry',
    columns: ['event_id', 'state', 'place'],
    where: { column: 'state', is: ['WAITING', 'OFFERED'] },
  }),
  words.partialIndex({
    name: 'waitlist_overdue',
    table: 'waitlist_entry',
    columns: ['answer_by'],
    where: { column: 'answer_by', is: [] },
  }),
  // The key is the law: one live entry a user and event.
  `CREATE TABLE waitlist_live (
    event_id BIGINT NOT NULL,
    user_id ${words.name} NOT NULL,
    place BIGINT NOT NULL,
    PRIMARY KEY (event_id, user_id)
  )${words.tableEnd}`,
  `CREATE TABLE edition_event (
    edition ${words.name} NOT NULL PRIMARY KEY,
    event_id BIGINT NOT NULL
  )${words.tableEnd}`,
];
