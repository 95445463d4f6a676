import type { Row, WriteRun } from '../database.ts';
import { inKeyOrder, keyPlaces } from '../lock-order.ts';
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
 * Runs in as few statements as possible. Within a statement each key has one row, and a table that is not written by one
 * key alone has one run, for all parts of a statement see the tables as they were before it.
 */
export function batchStatements(runs: readonly WriteRun[]): BatchStatement[] {
  const statements: Map<WriteKind, (readonly Row[])[]>[] = [];
  const tables = new Map<string, Places>();
  for (const run of runs) {
    const { kind } = run;
    const places = tables.get(kind.table) ?? { next: 0, base: 0, key: undefined, ofKeys: new Map() };
    tables.set(kind.table, places);
    for (const [place, rows] of partsOf(run, places)) {
      const statement = statements[place] ?? new Map();
      statements[place] = statement;
      const ofKind = statement.get(kind);
      if (ofKind) ofKind.push(rows);
      else statement.set(kind, [rows]);
    }
  }
  return statements.map((ofKinds) => together([...ofKinds].map(joined)));
}

/** Rows of several runs are in the order in which all nodes lock again. */
function joined([kind, parts]: [WriteKind, readonly (readonly Row[])[]]): WriteRun {
  const [first] = parts;
  return { kind, rows: first && parts.length === 1 ? first : inKeyOrder(kind, parts.flat()) };
}

/** Which statements of a batch write a table. */
interface Places {
  /** The first that comes after all of them. */
  next: number;
  /** The first that upserts by the same key may share. */
  base: number;
  key: string | undefined;
  /** The latest that has a row of a key. */
  ofKeys: Map<unknown, number>;
}

/** The rows of a run by the statement that they are part of: of an upsert, each in the first one after those of its key. */
function partsOf({ kind, rows }: WriteRun, places: Places): ReadonlyMap<number, readonly Row[]> {
  const key = kind.write === 'upsert' ? kind.key.join() : undefined;
  if (key === undefined || key !== places.key) {
    places.base = places.next;
    places.key = key;
    places.ofKeys = new Map();
  }
  if (key === undefined) return new Map([[places.next++, rows]]);
  const inRow = keyPlaces(kind);
  const only = inRow.length === 1 ? inRow[0] : undefined;
  const parts = new Map<number, Row[]>();
  for (const row of rows) {
    const ofRow = only === undefined ? JSON.stringify(inRow.map((each) => row[each])) : row[only];
    const place = (places.ofKeys.get(ofRow) ?? places.base - 1) + 1;
    places.ofKeys.set(ofRow, place);
    places.next = Math.max(places.next, place + 1);
    const part = parts.get(place);
    if (part) part.push(row);
    else parts.set(place, [row]);
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
