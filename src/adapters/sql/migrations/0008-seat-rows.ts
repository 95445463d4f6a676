import type { SchemaWords } from '../dialect.ts';

/** For events whose claims have their authority in a row of the ledger: the row of each seat, and of each buyer. */
export const seatRows = (words: SchemaWords): readonly string[] => [
  `CREATE TABLE seat_claim (
    event_id BIGINT NOT NULL,
    seat_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    state ${words.name} NOT NULL,
    hold_id BIGINT,
    PRIMARY KEY (event_id, seat_id)
  )${words.clusteredEnd}`,
  `CREATE TABLE buyer_claim (
    event_id BIGINT NOT NULL,
    user_id ${words.name} NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (event_id, user_id)
  )${words.clusteredEnd}`,
  `CREATE TABLE event_in_rows (
    event_id BIGINT NOT NULL PRIMARY KEY,
    epoch BIGINT NOT NULL
  )${words.tableEnd}`,
];
