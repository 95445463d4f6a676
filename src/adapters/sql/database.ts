import type { Dialect } from './dialect.ts';
import type { WriteKind } from './write-kind.ts';

export type SqlValue = string | number | null;
export type Row = readonly SqlValue[];

export interface Write {
  readonly kind: WriteKind;
  readonly row: Row;
}

/**
 * A ledger in SQL. Every method may throw Unavailable, and Conflict where a key or a guard refused. Statements are
 * written with a `?` for each value, in the SQL that all dialects have in common.
 */
export interface Database {
  readonly dialect: Dialect;
  /**
   * Writes all or nothing, and resolves when it is on disk. Writes of one call, and of calls made while the commit
   * before was under way, share a transaction. What becomes of the other calls when one fails, and the order in which
   * calls become durable, is the committer's promise.
   */
  commit(writes: readonly Write[]): Promise<void>;
  /** Resolves when every commit asked for so far has ended, well or not; does not wait for later ones. */
  settled(): Promise<void>;
  /** Changes, at once, when writes are lost that others may rest on: whoever keeps state in memory then reads it anew. */
  readonly lineage: number;
  /** Reads what is committed. */
  query<R>(sql: string, params?: Row): Promise<R[]>;
  /** Adds to a counter, which begins at 0, and returns its new value. Two calls, on two nodes too, never get the same. */
  raise(counter: string, by: number): Promise<number>;
  /** See SqlConnection. */
  transaction<R>(run: (transaction: Transaction) => Promise<R>): Promise<R>;
}

/** The rows of one kind that are written together, in order. */
export interface WriteRun {
  readonly kind: WriteKind;
  readonly rows: readonly Row[];
}

/** What can be done inside a transaction whose steps depend on each other. One call at a time. */
export interface Transaction {
  query<R>(sql: string, params?: Row): Promise<R[]>;
  /** Runs a statement and returns how many rows it changed. */
  change(sql: string, params?: Row): Promise<number>;
  write(runs: readonly WriteRun[]): Promise<void>;
}

/** A connection, or a pool of them, to a SQL server or file. Every method may throw Unavailable or Conflict. */
export interface SqlConnection {
  readonly dialect: Dialect;
  /** Writes a batch as one transaction. After a definite Unavailable, and after Conflict, nothing was written. */
  transact(runs: readonly WriteRun[]): Promise<void>;
  /** Takes the answer of `transact` if it has come, within a turn of the event loop; absent where only the loop can. */
  hear?(): void;
  query<R>(sql: string, params?: Row): Promise<R[]>;
  /** Adds to a row of `counter` and returns its new value, atomically, also between nodes. */
  raise(counter: string, by: number): Promise<number>;
  /**
   * Runs statements that depend on each other as one transaction: what `run` throws takes it back. Isolation is READ
   * COMMITTED or stricter. `run` may be called again after a deadlock, so it must have no effect outside of it.
   */
  transaction<R>(run: (transaction: Transaction) => Promise<R>): Promise<R>;
  /**
   * A lock that all nodes on this ledger share, kept by a connection of its own until it is released or lost.
   * Undefined when another node keeps it for longer than `waitMillis`.
   */
  lock(name: string, options: { waitMillis: number }): Promise<LedgerLock | undefined>;
  close(): Promise<void>;
}

export interface LedgerLock {
  /** False once the connection that keeps the lock has broken: another node may have it now. */
  readonly isHeld: boolean;
  release(): Promise<void>;
}
