import type { Row, WriteRun } from '../database.ts';
import { mustApply, type WriteKind } from '../write-kind.ts';
import { sqliteDialect } from './dialect.ts';

/** A run as the engine and its thread take it: the statement instead of its description, which is rendered once. */
export interface PreparedRun {
  readonly sql: string;
  readonly rows: readonly Row[];
  readonly mustApply: boolean;
}

const statements = new WeakMap<WriteKind, string>();

export function prepared(runs: readonly WriteRun[]): PreparedRun[] {
  return runs.map(({ kind, rows }) => ({ sql: statementOf(kind), rows, mustApply: mustApply(kind) }));
}

function statementOf(kind: WriteKind): string {
  let sql = statements.get(kind);
  if (sql === undefined) {
    sql = sqliteDialect.statement(kind);
    statements.set(kind, sql);
  }
  return sql;
}
