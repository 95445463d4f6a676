import type { SchemaWords } from '../dialect.ts';

/** Sessions of waiting rooms under names that say nothing about them. */
export const sessionNames = ({ name, text, tableEnd }: SchemaWords): readonly string[] => [
  `CREATE TABLE session_name (
    name ${name} NOT NULL PRIMARY KEY,
    event_id BIGINT NOT NULL,
    user_id ${name} NOT NULL,
    admission BIGINT NOT NULL,
    session ${text} NOT NULL,
    named_at BIGINT NOT NULL
  )${tableEnd}`,
  'CREATE INDEX session_name_of ON session_name (event_id, user_id)',
  'CREATE INDEX session_name_age ON session_name (named_at)',
];
