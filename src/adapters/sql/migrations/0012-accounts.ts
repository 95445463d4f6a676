import type { SchemaWords } from '../dialect.ts';

/** Users. The key is the law: a name is one user's. */
export const accounts = ({ name, tableEnd }: SchemaWords): readonly string[] => [
  `CREATE TABLE account (
    username ${name} NOT NULL PRIMARY KEY,
    user_id BIGINT NOT NULL,
    tier ${name} NOT NULL,
    created_at BIGINT NOT NULL
  )${tableEnd}`,
  'CREATE UNIQUE INDEX account_id ON account (user_id)',
];
