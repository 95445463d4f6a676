import type { SchemaWords } from '../dialect.ts';

/** What a ledger on a server needs beside the sale: who may write, and what became of a commit nobody answered. */
export const servers = (words: SchemaWords): readonly string[] => [
  // Who writes, where only one may: the number grows with each holder.
  `CREATE TABLE lease (
    name ${words.name} NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL,
    at BIGINT NOT NULL
  )${words.tableEnd}`,
  // One row for each transaction of late, made by the transaction itself, or by who made sure that it never will be.
  `CREATE TABLE commit_mark (
    id ${words.name} NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    denied BIGINT NOT NULL
  )${words.tableEnd}`,
  'CREATE INDEX commit_mark_age ON commit_mark (at)',
  words.partialIndex({
    name: 'hold_paying',
    table: 'hold',
    columns: ['order_id'],
    where: { column: 'state', is: ['PAYING'] },
  }),
];
