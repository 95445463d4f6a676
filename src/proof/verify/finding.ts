/** Something in the ledger that cannot be if every promise was kept. */
export interface Finding {
  /** The invariant of docs/safety.md that is broken. */
  invariant: number;
  sentence: string;
  /** Whose rows they are; undefined for what belongs to no event. */
  eventId?: number;
}

/** The invariants that the rows of a ledger tell of. */
export const AUDITED = [1, 2, 4, 5, 6, 8, 9, 10, 11, 15, 22, 23, 24, 26, 30, 33, 42, 44] as const;

export function finding(invariant: number, sentence: string): Finding {
  return { invariant, sentence };
}
