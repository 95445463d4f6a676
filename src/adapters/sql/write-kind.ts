/** Whole numbers up to 2^53, text, or numbers with a fraction. Each may be null. */
export type ColumnType = 'int' | 'text' | 'real';

/** Names and types, in the order of the values in a row. */
export type Columns = Readonly<Record<string, ColumnType>>;

/** A plain insert: a row whose key is taken fails the transaction with Conflict. */
export interface Insert {
  readonly write: 'insert';
  readonly table: string;
  readonly columns: Columns;
}

/**
 * An insert that changes the row that is there instead: some columns are replaced, added to, or kept at their maximum.
 * Without columns to update, the row that is there stays.
 */
export interface Upsert {
  readonly write: 'upsert';
  readonly table: string;
  readonly columns: Columns;
  readonly key: readonly string[];
  readonly update: Readonly<Record<string, 'replace' | 'add' | 'maximum'>>;
  /**
   * What must be true of the row that is there, or it stays: a column is the same, would grow, is null, or is what another
   * column of the given row says.
   */
  readonly guard?: Readonly<Record<string, 'same' | 'grows' | 'null' | { is: string }>>;
  /** A row that the guard refuses fails the transaction with Conflict. */
  readonly mustApply?: true;
}

/** Removes the rows whose columns equal the values given, or the rows below the one value. */
export interface Delete {
  readonly write: 'delete';
  readonly table: string;
  readonly columns: Columns;
  readonly where?: 'equal' | 'below';
}

/**
 * One kind of write, described once; each dialect makes its statement of it. Rows of one kind are written in the order
 * given, but kinds on different tables may change places within a commit; kinds on one table keep their order.
 */
export type WriteKind = Insert | Upsert | Delete;

/** What every dialect needs to know of a guarded or plain kind: whether each row must have had effect. */
export function mustApply(kind: WriteKind): boolean {
  return kind.write === 'upsert' && kind.mustApply === true;
}
