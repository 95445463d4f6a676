import type { SchemaWords } from '../dialect.ts';

/** The trace that last had to do with an order, so that what goes on without its buyer is found in it. */
export const orderTrace = ({ name }: SchemaWords): readonly string[] => [
  `ALTER TABLE orders ADD COLUMN traceparent ${name}`,
];
