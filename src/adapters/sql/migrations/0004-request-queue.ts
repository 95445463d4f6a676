import type { SchemaWords } from '../dialect.ts';

/** The request queue. The order of its lanes is the order of `place`. */
export const requestQueue = ({ name, text, tableEnd }: SchemaWords): readonly string[] => [
  `CREATE TABLE seat_request (
    request_id ${name} NOT NULL PRIMARY KEY,
    event_id BIGINT NOT NULL,
    lane ${name} NOT NULL,
    place BIGINT NOT NULL,
    user_id ${name} NOT NULL,
    session_id ${name},
    seats_json ${text} NOT NULL,
    admission_id ${name},
    state ${name} NOT NULL,
    revision BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    accepted_at BIGINT NOT NULL,
    ended_at BIGINT,
    outcome_json ${text}
  )${tableEnd}`,
  // How far each lane has been claimed: one row for many claims.
  `CREATE TABLE seat_request_claim (
    event_id BIGINT NOT NULL,
    lane ${name} NOT NULL,
    through BIGINT NOT NULL,
    PRIMARY KEY (event_id, lane)
  )${tableEnd}`,
  // Those that are not over come first in it, by place; the others by their end, for those who forget them.
  'CREATE INDEX seat_request_end ON seat_request (ended_at, place)',
];
