import type { SchemaWords } from '../dialect.ts';

/** Messages: the trace they belong to, when they were dealt with, and those that nobody could take. */
export const bus = ({ name, text, tableEnd }: SchemaWords): readonly string[] => [
  `ALTER TABLE outbox ADD COLUMN traceparent ${name}`,
  // What was dealt with is forgotten by its age.
  'CREATE INDEX inbox_by_age ON inbox (at)',
  `CREATE TABLE dead_letter (
    consumer ${name} NOT NULL,
    message_id ${name} NOT NULL,
    topic ${name} NOT NULL,
    message_key ${name} NOT NULL,
    body_json ${text} NOT NULL,
    traceparent ${name},
    created_at BIGINT NOT NULL,
    reason ${text} NOT NULL,
    attempts BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (consumer, message_id)
  )${tableEnd}`,
  'CREATE INDEX dead_letter_by_age ON dead_letter (at)',
];
