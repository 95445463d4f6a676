/** What carries a whole-number id. Each kind counts by itself. */
export type IdKind = 'event' | 'seat' | 'reservation' | 'booking' | 'user' | 'series';

/**
 * Hands out identifiers. Whole numbers come from blocks that the ledger reserved, so two nodes never share one and
 * a restart never repeats one; gaps are normal.
 */
export interface Ids {
  /** The next id of a kind, without waiting. Throws Unavailable when the reserved block ran out before its successor came. */
  next(kind: IdKind): number;
  /** `count` consecutive ids of a kind, the first of them returned. */
  nextBlock(kind: IdKind, count: number): Promise<number>;
  /** A ULID: 26 characters, sortable by time. */
  ulid(): string;
}
