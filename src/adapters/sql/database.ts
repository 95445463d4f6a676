export type SqlValue = string | number | null;
export type Row = readonly SqlValue[];

/**
 * One kind of write. Its statement takes one row. Rows of one kind are written in the order given, but kinds on
 * different tables may change places within a commit; kinds that name the same table keep their order.
 */
export interface WriteKind {
  readonly table: string;
  /** With a `?` for each value. */
  readonly sql: string;
}

export interface Write {
  readonly kind: WriteKind;
  readonly row: Row;
}

/** A ledger in SQL. Every method may throw Unavailable. */
export interface Database {
  /**
   * Writes all or nothing, and resolves when it is on disk. Writes of one call, and of all calls made while the commit
   * before was under way, share a transaction. Durable in the order of the calls. When a commit fails, every call
   * that waits is failed with it, since what it decided may rest on what was lost.
   */
  commit(writes: readonly Write[]): Promise<void>;
  /** Resolves when every commit asked for so far has ended, well or not; does not wait for later ones. */
  settled(): Promise<void>;
  /** Changes, at once, when a commit fails: whoever keeps state in memory must then read it anew. */
  readonly lineage: number;
  /** Reads what is committed. */
  query<R>(sql: string, params?: Row): Promise<R[]>;
}

/** The rows of one kind that are written together, in order. */
export interface WriteRun {
  sql: string;
  rows: Row[];
}

/** A connection that runs a batch as one transaction. */
export interface SqlConnection {
  /** Definite when it throws a definite Unavailable: the transaction was rolled back. */
  transact(batch: readonly WriteRun[]): Promise<void>;
  query<R>(sql: string, params: Row): Promise<R[]>;
  close(): Promise<void>;
}
