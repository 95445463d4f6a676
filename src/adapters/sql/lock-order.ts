import type { Row, WriteRun } from './database.ts';
import type { WriteKind } from './write-kind.ts';

/**
 * The same runs in the order in which all nodes lock: by table, and within a run by key, so that two transactions wait
 * for each other but never both. Runs on one table keep their order; so do rows of one key, and plain inserts, whose
 * order may be the order of a queue.
 */
export function inLockOrder(runs: readonly WriteRun[]): WriteRun[] {
  return [...runs]
    .sort((left, right) => compare(left.kind.table, right.kind.table))
    .map(({ kind, rows }) => ({ kind, rows: inKeyOrder(kind, rows) }));
}

export function inKeyOrder(kind: WriteKind, rows: readonly Row[]): readonly Row[] {
  const places = keyPlaces(kind);
  if (places.length === 0 || rows.length < 2) return rows;
  return [...rows].sort((left, right) => {
    for (const place of places) {
      const order = compare(left[place], right[place]);
      if (order !== 0) return order;
    }
    return 0;
  });
}

/** Where in a row its key stands; nowhere for a plain insert. */
export function keyPlaces(kind: WriteKind): number[] {
  if (kind.write === 'insert') return [];
  const names = Object.keys(kind.columns);
  const key = kind.write === 'upsert' ? kind.key : names;
  return key.map((column) => names.indexOf(column));
}

function compare(left: Row[number] | undefined, right: Row[number] | undefined): number {
  if (left === right) return 0;
  return (left ?? '') < (right ?? '') ? -1 : 1;
}
