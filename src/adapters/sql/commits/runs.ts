import type { Row, Write, WriteRun } from '../database.ts';
import type { WriteKind } from '../write-kind.ts';

/** What several calls write, in their order. In loops: for a crowd's batch, `flatMap` takes several times as long. */
export function writesOf(calls: readonly { writes: readonly Write[] }[]): Write[] {
  const all: Write[] = [];
  for (const { writes } of calls) for (const write of writes) all.push(write);
  return all;
}

/** Rows of a kind join the latest run of that kind, unless another kind on the same table came between. */
export function runsOf(writes: readonly Write[]): WriteRun[] {
  const runs: WriteRun[] = [];
  const latestOnTable = new Map<string, { kind: WriteKind; rows: Row[] }>();
  for (const { kind, row } of writes) {
    const latest = latestOnTable.get(kind.table);
    if (latest?.kind === kind) {
      latest.rows.push(row);
      continue;
    }
    const run = { kind, rows: [row] };
    runs.push(run);
    latestOnTable.set(kind.table, run);
  }
  return runs;
}
