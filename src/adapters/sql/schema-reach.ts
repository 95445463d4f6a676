import { Unavailable } from '../../core/unavailable.ts';
import type { SqlConnection, Transaction } from './database.ts';
import type { SchemaWords } from './dialect.ts';

/**
 * Which older programs may go on working on tables that a newer one has changed. A change that only adds (tables, indexes,
 * columns that may be left out), or takes an index away that demanded nothing, is none of their business; any other one ends
 * what was before it. The newer program writes
 * down what it changed; the older one reads it when it starts.
 */

/** Programs before this version ask for tables of exactly theirs. */
const FIRST_THAT_ASKS = 17;

export const REACH_TABLE = ({ tableEnd }: SchemaWords): string =>
  `CREATE TABLE IF NOT EXISTS schema_reach (
    version BIGINT NOT NULL PRIMARY KEY,
    serves BIGINT NOT NULL
  )${tableEnd}`;

/** The oldest version whose programs may use tables of `version`. */
export function servedBy(version: number, statementsTo: (version: number) => readonly string[]): number {
  const plain = new Set(
    Array.from({ length: version }, (_, index) => plainIndexes(statementsTo(index + 1))).flat(),
  );
  let oldest = version;
  while (oldest > FIRST_THAT_ASKS && onlyAdds(statementsTo(oldest), plain)) oldest--;
  return oldest;
}

/** Those that demand nothing of a row: with or without them, what is read and written is the same. */
function plainIndexes(statements: readonly string[]): string[] {
  return statements.flatMap((statement) => /^\s*CREATE INDEX (\w+)/i.exec(statement)?.[1] ?? []);
}

/**
 * Whether whoever does not know of these statements can read and write as before, if slower. `plain`: known indexes
 * that demand nothing.
 */
export function onlyAdds(statements: readonly string[], plain: ReadonlySet<string> = new Set()): boolean {
  const made = new Set<string>();
  return statements.every((statement) => {
    const table = /^\s*CREATE TABLE (?:IF NOT EXISTS )?(\w+)/i.exec(statement)?.[1];
    if (table !== undefined) made.add(table);
    const unique = /^\s*CREATE UNIQUE INDEX \w+ ON (\w+)/i.exec(statement)?.[1];
    if (unique !== undefined) return made.has(unique);
    const dropped = /^\s*DROP INDEX (\w+)/i.exec(statement)?.[1];
    if (dropped !== undefined) return plain.has(dropped);
    return table !== undefined || /^\s*CREATE INDEX\b/i.test(statement) || addsOptionalColumn(statement);
  });
}

/** One that rows may do without: without a demand, or with a value for those who name none. */
function addsOptionalColumn(statement: string): boolean {
  const column = /^\s*ALTER TABLE \w+ ADD COLUMN (.*)$/is.exec(statement)?.[1];
  if (column === undefined || /\b(UNIQUE|REFERENCES|CHECK|PRIMARY)\b|,/i.test(column)) return false;
  return !/\bNOT NULL\b/i.test(column) || /\bDEFAULT\b/i.test(column);
}

export async function recordReach(transaction: Transaction, version: number, serves: number): Promise<void> {
  await transaction.change('INSERT INTO schema_reach (version, serves) VALUES (?, ?)', [version, serves]);
}

/** The oldest version whose programs may use the tables of `version`, as the program that made them wrote it; else `version`. */
export async function recordedReach(connection: SqlConnection, version: number): Promise<number> {
  try {
    const [row] = await connection.query<{ serves: number }>(
      'SELECT serves FROM schema_reach WHERE version = ?',
      [version],
    );
    return row?.serves ?? version;
  } catch (error) {
    // The table is not there: whoever made these tables wrote nothing down.
    if (error instanceof Unavailable && /onrush migrate/.test(error.message)) return version;
    throw error;
  }
}
