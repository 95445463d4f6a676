import type { SchemaWords } from '../dialect.ts';

/** The house's book of money, what providers call our attempts, and which of their notices have been taken. */
export const money = (words: SchemaWords): readonly string[] => [
  // What was taken and given back, as moves between two accounts. Rows are only ever added; one chain of hashes an order.
  `CREATE TABLE money_entry (
    order_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    kind ${words.name} NOT NULL,
    source ${words.name} NOT NULL,
    debit ${words.name} NOT NULL,
    credit ${words.name} NOT NULL,
    amount BIGINT NOT NULL,
    currency ${words.name} NOT NULL,
    at BIGINT NOT NULL,
    previous_hash ${words.name} NOT NULL,
    hash ${words.name} NOT NULL,
    PRIMARY KEY (order_id, number)
  )${words.clusteredEnd}`,
  // Nothing is captured or given back twice, whoever writes.
  'CREATE UNIQUE INDEX money_entry_source ON money_entry (order_id, kind, source)',
  'ALTER TABLE payment ADD COLUMN state_rank BIGINT NOT NULL DEFAULT 0',
  `UPDATE payment SET state_rank = CASE state
    WHEN 'AUTHORIZED' THEN 1 WHEN 'DECLINED' THEN 2 WHEN 'CAPTURED' THEN 2 ELSE 3 END`,
  'CREATE INDEX payment_changed ON payment (updated_at, attempt_id)',
  `CREATE TABLE payment_reference (
    provider ${words.name} NOT NULL,
    attempt_id ${words.name} NOT NULL,
    reference ${words.name} NOT NULL,
    order_id BIGINT NOT NULL,
    PRIMARY KEY (provider, attempt_id)
  )${words.tableEnd}`,
  'CREATE INDEX payment_reference_name ON payment_reference (provider, reference)',
  `CREATE TABLE payment_notice (
    provider ${words.name} NOT NULL,
    notice_id ${words.name} NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (provider, notice_id)
  )${words.tableEnd}`,
  'CREATE INDEX payment_notice_age ON payment_notice (at)',
  // What of an order's money went back while its seats stayed sold.
  `ALTER TABLE orders ADD COLUMN refunds_json ${words.text}`,
];
