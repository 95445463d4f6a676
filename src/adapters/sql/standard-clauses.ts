import type { Row } from './database.ts';
import { type CountedRows, isUnset, type PartialIndex, unindexedText } from './dialect.ts';
import type { Upsert } from './write-kind.ts';

// Clauses that several dialects say in the same way.

/** What an upsert does with the row that is there; `larger` is the function that gives the larger of two numbers. */
export function onConflict(
  { table, key, update, guard = {} }: Upsert,
  { larger }: { larger: 'max' | 'greatest' },
): string {
  const changes = Object.entries(update).map(([column, by]) => {
    const [old, given] = [`${table}.${column}`, `excluded.${column}`];
    const value = { replace: given, add: `${old} + ${given}`, maximum: `${larger}(${old}, ${given})` }[by];
    return `${column} = ${value}`;
  });
  const conditions = Object.entries(guard).map(([column, must]) => {
    const [old, given] = [`${table}.${column}`, `excluded.${column}`];
    if (typeof must === 'object') return `${old} = excluded.${must.is}`;
    return { same: `${old} = ${given}`, grows: `${old} < ${given}`, null: `${old} IS NULL` }[must];
  });
  const target = `ON CONFLICT (${key.join(', ')}) DO`;
  if (changes.length === 0) return `${target} NOTHING`;
  const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
  return `${target} UPDATE SET ${changes.join(', ')}${where}`;
}

export function partialIndex({ name, table, columns, where }: PartialIndex): string {
  return `CREATE INDEX ${name} ON ${table} (${columns.join(', ')}) WHERE ${rowsOf(where)}`;
}

function rowsOf(where: PartialIndex['where']): string {
  if ('unset' in where) return isUnset(where.unset);
  if ('exactly' in where) return exactly(where.column, where.exactly);
  const values = where.is.map((value) => `'${value}'`).join(', ');
  const rows =
    where.is.length === 0 ? 'IS NOT NULL' : where.is.length === 1 ? `= ${values}` : `IN (${values})`;
  return `${where.column} ${rows}`;
}

export function exactly(column: string, text: string): string {
  return `${unindexedText(column)} = '${text}'`;
}

/** For servers that join by an index wherever one fits. */
export function equal(key: string, by: string): string {
  return `${key} = ${by}`;
}

export function dropIndex({ name }: { name: string }): string {
  return `DROP INDEX ${name}`;
}

/** Texts in one list of a statement. Of 200 and more MySQL does not look up how many rows each has, but trusts its statistics. */
const LISTED_AT_ONCE = 150;

/** For who looks up each text of a list by the index, however few rows he expects. */
export function countListed(
  { table, column, where }: CountedRows,
  values: readonly string[],
): { sql: string; params: Row }[] {
  const statements: { sql: string; params: Row }[] = [];
  for (let first = 0; first < values.length; first += LISTED_AT_ONCE) {
    const params = values.slice(first, first + LISTED_AT_ONCE);
    const sql = `SELECT ${column} AS value, count(*) AS found FROM ${table}
      WHERE ${where} AND ${column} IN (${params.map(() => '?').join(', ')}) GROUP BY ${column}`;
    statements.push({ sql, params });
  }
  return statements;
}
