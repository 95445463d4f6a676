import type { Row, WriteRun } from '../database.ts';
import { keyPlaces } from '../lock-order.ts';
import { mustApply, type WriteKind } from '../write-kind.ts';
import { arrayLiteral } from './array-literal.ts';
import { statement } from './dialect.ts';

/** One statement, and with it one round trip, for many runs. */
export interface BatchStatement {
  readonly text: string;
  readonly values: readonly (string | number)[];
}

/** What a statement fails with when a row that must be written was refused by its guard: it divides by zero. */
export const REFUSED_BY_GUARD = '22012';

/**
 * Runs in as few statements as possible. Within a statement each table has one run and each key one row, for all its
 * parts see the tables as they were before it.
 */
export function batchStatements(runs: readonly WriteRun[]): BatchStatement[] {
  const statements: WriteRun[][] = [];
  const nextOnTable = new Map<string, number>();
  for (const run of runs) {
    let place = nextOnTable.get(run.kind.table) ?? 0;
    for (const rows of withoutRepeats(run)) {
      const statementAtPlace = statements[place] ?? [];
      statementAtPlace.push({ kind: run.kind, rows });
      statements[place] = statementAtPlace;
      place++;
    }
    nextOnTable.set(run.kind.table, place);
  }
  return statements.map(together);
}

/** The rows of an upsert in parts in which no key comes twice, the first of each key in the first part. */
function withoutRepeats({ kind, rows }: WriteRun): readonly (readonly Row[])[] {
  if (kind.write !== 'upsert' || rows.length < 2) return [rows];
  const places = keyPlaces(kind);
  const seen = new Map<string, number>();
  const parts: Row[][] = [];
  for (const row of rows) {
    const key = JSON.stringify(places.map((place) => row[place]));
    const part = seen.get(key) ?? 0;
    seen.set(key, part + 1);
    const rowsOfPart = parts[part] ?? [];
    rowsOfPart.push(row);
    parts[part] = rowsOfPart;
  }
  return parts;
}

function together(runs: readonly WriteRun[]): BatchStatement {
  const values: (string | number)[] = [];
  const parts: string[] = [];
  const checks: string[] = [];
  for (const [index, { kind, rows }] of runs.entries()) {
    const text = statement(kind, values.length + 1);
    values.push(...columnsOf(kind, rows));
    if (!mustApply(kind)) {
      parts.push(`part${index} AS (${text})`);
      continue;
    }
    parts.push(`part${index} AS (${text} RETURNING 1)`);
    values.push(rows.length);
    checks.push(
      `1 / CASE WHEN (SELECT count(*) FROM part${index}) = $${values.length}::bigint THEN 1 ELSE 0 END`,
    );
  }
  return { text: `WITH ${parts.join(', ')} SELECT ${checks.join(', ') || '1'}`, values };
}

function columnsOf(kind: WriteKind, rows: readonly Row[]): string[] {
  return Object.values(kind.columns).map((type, place) =>
    arrayLiteral(
      type,
      rows.map((row) => row[place] ?? null),
    ),
  );
}
