import type { SchemaWords } from '../dialect.ts';

/** Where the seat store gives out ids of holds in blocks of one event, the event of a hold is found in these few rows. */
export const holdBlock = ({ tableEnd }: SchemaWords): readonly string[] => [
  `CREATE TABLE hold_block (
    first_hold_id BIGINT NOT NULL PRIMARY KEY,
    holds BIGINT NOT NULL,
    event_id BIGINT NOT NULL
  )${tableEnd}`,
];
