import type { SchemaWords } from '../dialect.ts';

/** Orders that the house pays by itself, and the orders of an event, for when it is cancelled as a whole. */
export const ordersOfEvents = (_words: SchemaWords): readonly string[] => [
  'ALTER TABLE orders ADD COLUMN automatic BIGINT NOT NULL DEFAULT 0',
  'CREATE INDEX order_by_event ON orders (event_id, order_id)',
];
