import type { Row, WriteRun } from '../database.ts';
import { keyPlaces } from '../lock-order.ts';
import { mustApply, type WriteKind } from '../write-kind.ts';
import { binaryArray } from './binary-array.ts';
import { statement } from './dialect.ts';

/** One statement, and with it one round trip, for many runs. */
export interface BatchStatement {
  readonly text: string;
  readonly values: readonly (Buffer | number)[];
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
  const only = places.length === 1 ? places[0] : undefined;
  const seen = new Map<unknown, number>();
  const parts: Row[][] = [];
  for (const row of rows) {
    const key = only === undefined ? JSON.stringify(places.map((place) => row[place])) : row[only];
    const part = seen.get(key) ?? 0;
    seen.set(key, part + 1);
    const rowsOfPart = parts[part] ?? [];
    rowsOfPart.push(row);
    parts[part] = rowsOfPart;
  }
  return parts;
}

function together(runs: readonly WriteRun[]): BatchStatement {
  const values: (Buffer | number)[] = [];
  for (const { kind, rows } of runs) {
    const types = Object.values(kind.columns);
    for (const [place, type] of types.entries()) values.push(binaryArray(type, rows, place));
    if (mustApply(kind)) values.push(rows.length);
  }
  return { text: textOf(runs.map(({ kind }) => kind)), values };
}

/** More than there are mixes of kinds that ever share a statement; one that is over is written anew each time. */
const TEXTS_MAX = 1_000;
const texts = new Map<string, string>();
const numbers = new WeakMap<WriteKind, number>();
let latestNumber = 0;

/** It depends on the kinds and their order alone, and not on the rows: few are used again and again. */
function textOf(kinds: readonly WriteKind[]): string {
  const mix = kinds.map(numberOf).join();
  let text = texts.get(mix);
  if (text === undefined) {
    text = newText(kinds);
    if (texts.size < TEXTS_MAX) texts.set(mix, text);
  }
  return text;
}

function numberOf(kind: WriteKind): number {
  let number = numbers.get(kind);
  if (number === undefined) {
    number = ++latestNumber;
    numbers.set(kind, number);
  }
  return number;
}

function newText(kinds: readonly WriteKind[]): string {
  const parts: string[] = [];
  const checks: string[] = [];
  let next = 1;
  for (const [index, kind] of kinds.entries()) {
    const text = statement(kind, next);
    next += Object.keys(kind.columns).length;
    if (!mustApply(kind)) {
      parts.push(`part${index} AS (${text})`);
      continue;
    }
    parts.push(`part${index} AS (${text} RETURNING 1)`);
    checks.push(`1 / CASE WHEN (SELECT count(*) FROM part${index}) = $${next++}::bigint THEN 1 ELSE 0 END`);
  }
  return `WITH ${parts.join(', ')} SELECT ${checks.join(', ') || '1'}`;
}
