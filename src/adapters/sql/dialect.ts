import type { Row } from './database.ts';
import type { WriteKind } from './write-kind.ts';

/** Rows of a table, counted apart for each of some texts in a column of theirs that an index begins with. */
export interface CountedRows {
  table: string;
  column: string;
  /** What else must be true of a row. */
  where: string;
}

/** In what the databases differ: each has one, and nobody else asks which database it is. */
export interface Dialect {
  /** As it is called in sentences for the operator. */
  readonly name: string;
  /** The setting that says where the data is. */
  readonly setting: string;
  /** The statement of a kind, in the form in which this dialect's connection fills in rows. */
  statement(kind: WriteKind): string;
  /** Statements that answer with a text and how many rows have it, as `value` and `found`; texts of none may be missing. */
  countEach(counted: CountedRows, values: readonly string[]): readonly { sql: string; params: Row }[];
  /** Ends a SELECT whose rows must be this transaction's until its end; empty where a transaction is alone anyway. */
  readonly forUpdate: string;
  /** Keeps rows as they are, beside others who only want that. */
  readonly forShare: string;
  /** The same, but rows that another transaction has are left out. */
  readonly forUpdateSkipLocked: string;
  /** Whether a column has this text, said so that of indexes on few rows none fits but one of just these words: see `isUnset`. */
  exactly(column: string, text: string): string;
  /**
   * That a table's key equals another table's column, said so that a row is looked up for each, however few rows the server
   * takes the table to have: read as a whole in the order of its key it would look as cheap, and be so for as long as the plan is kept.
   */
  lookedUp(key: string, by: string): string;
  /** The words in which tables are described. */
  readonly schema: SchemaWords;
}

/** An index on few of a table's rows, where the dialect has that. */
export interface PartialIndex {
  name: string;
  table: string;
  columns: readonly string[];
  /** Rows whose column has one of these values; without values, rows where it is not null; or those of `exactly`, or of `isUnset`. */
  where: { column: string; is: readonly string[] } | { column: string; exactly: string } | { unset: string };
}

/**
 * Rows in which a number is not set, said so that no index fits but a partial one of just these words. Where several fit, a
 * server takes one by its statistics; taken while nothing was there, they say that all cost the same.
 */
export function isUnset(column: string): string {
  return `coalesce(${column}, 0) = 0`;
}

/** A number, said so that no index on its column fits: another one shall find the rows, and this only tell them apart. */
export function unindexed(column: string): string {
  return `${column} + 0`;
}

/** The same for a text. */
export function unindexedText(column: string): string {
  return `coalesce(${column}, '')`;
}

/** Column types and clauses of CREATE TABLE in which the dialects differ. */
export interface SchemaWords {
  /** Whether a change of the tables is taken back with its transaction. */
  readonly isTransactional: boolean;
  /** Text that is or may become part of a key: names and ids, at most 255 characters. */
  readonly name: string;
  /** Text that is a key and longer than a name. */
  readonly longKey: string;
  /** Text of any length. */
  readonly text: string;
  /** The definition of a column that numbers the rows in the order in which they are made. */
  readonly position: string;
  /** What follows a table's closing bracket. */
  readonly tableEnd: string;
  /** The same for a table that is kept in the order of its primary key. */
  readonly clusteredEnd: string;
  /** Ends the description of a column that is computed of others, where it is added to a table that is there. */
  readonly derived: string;
  partialIndex(index: PartialIndex): string;
  dropIndex(index: { name: string; table: string }): string;
}
