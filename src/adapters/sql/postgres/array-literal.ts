import type { SqlValue } from '../database.ts';
import type { ColumnType } from '../write-kind.ts';

/** A column of values as PostgreSQL reads an array. The driver's own way would quote numbers too. */
export function arrayLiteral(type: ColumnType, values: readonly SqlValue[]): string {
  let elements = '';
  for (const value of values) {
    const element = value === null ? 'NULL' : type === 'text' ? quoted(String(value)) : value;
    elements += elements === '' ? element : `,${element}`;
  }
  return `{${elements}}`;
}

const SPECIAL = /["\\]/;

function quoted(text: string): string {
  return SPECIAL.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : `"${text}"`;
}
