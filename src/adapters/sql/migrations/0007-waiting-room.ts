import type { SchemaWords } from '../dialect.ts';

/** Waiting rooms. A place's key is its lane and number, so a crowd that joins writes at the end of the table. */
export const waitingRoom = ({ name, text, tableEnd, clusteredEnd }: SchemaWords): readonly string[] => [
  `CREATE TABLE waiting_room (
    event_id BIGINT NOT NULL PRIMARY KEY,
    revision BIGINT NOT NULL,
    head_json ${text} NOT NULL
  )${tableEnd}`,
  `CREATE TABLE waiting_place (
    event_id BIGINT NOT NULL,
    lane ${name} NOT NULL,
    number BIGINT NOT NULL,
    user_id ${name} NOT NULL,
    state ${name} NOT NULL,
    joined_at BIGINT NOT NULL,
    admission BIGINT,
    until_at BIGINT,
    calls BIGINT NOT NULL,
    ended BIGINT,
    PRIMARY KEY (event_id, lane, number)
  )${clusteredEnd}`,
];
