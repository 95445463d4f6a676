import type { SqlValue } from '../database.ts';
import type { ColumnType } from '../write-kind.ts';

/** A column of values as PostgreSQL reads an array. The driver's own way would quote numbers too. */
export function arrayLiteral(type: ColumnType, values: readonly SqlValue[]): string {
  const element = type === 'text' ? quoted : String;
  return `{${values.map((value) => (value === null ? 'NULL' : element(value))).join(',')}}`;
}

function quoted(value: string | number): string {
  return `"${String(value).replace(/["\\]/g, '\\$&')}"`;
}
