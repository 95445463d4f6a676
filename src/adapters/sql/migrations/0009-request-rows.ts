import type { SchemaWords } from '../dialect.ts';

/** For many nodes on one queue: where the lanes of an event end, how far they have been claimed, and by whom. */
export const requestRows = ({
  name,
  tableEnd,
  clusteredEnd,
  partialIndex,
}: SchemaWords): readonly string[] => [
  // Whoever accepts has this row, so that the places of an event are given in the order of commits.
  `CREATE TABLE request_tail (
    event_id BIGINT NOT NULL PRIMARY KEY,
    accepted BIGINT NOT NULL,
    tail_high BIGINT NOT NULL,
    tail_normal BIGINT NOT NULL,
    tail_low BIGINT NOT NULL
  )${tableEnd}`,
  // Whoever claims, ends or cancels has this one.
  `CREATE TABLE request_head (
    event_id BIGINT NOT NULL PRIMARY KEY,
    ended BIGINT NOT NULL,
    through_high BIGINT NOT NULL,
    through_normal BIGINT NOT NULL,
    through_low BIGINT NOT NULL,
    gaps_high BIGINT NOT NULL,
    gaps_normal BIGINT NOT NULL,
    gaps_low BIGINT NOT NULL,
    passed_high BIGINT NOT NULL,
    passed_normal BIGINT NOT NULL,
    passed_low BIGINT NOT NULL,
    holder ${name},
    held_until BIGINT NOT NULL
  )${tableEnd}`,
  // Places in the middle of a lane whose request was cancelled.
  `CREATE TABLE request_gap (
    event_id BIGINT NOT NULL,
    lane ${name} NOT NULL,
    place BIGINT NOT NULL,
    PRIMARY KEY (event_id, lane, place)
  )${clusteredEnd}`,
  partialIndex({
    name: 'seat_request_lane',
    table: 'seat_request',
    columns: ['event_id', 'lane', 'place'],
    where: UNFINISHED_STATES,
  }),
  partialIndex({
    name: 'seat_request_buyer',
    table: 'seat_request',
    columns: ['user_id'],
    where: UNFINISHED_STATES,
  }),
];

const UNFINISHED_STATES = { column: 'state', is: ['PENDING', 'PROCESSING'] } as const;
