/** Something in the ledger that cannot be if every promise was kept. */
export interface Finding {
  /** The invariant of docs/safety.md that is broken. */
  invariant: number;
  sentence: string;
}

export function finding(invariant: number, sentence: string): Finding {
  return { invariant, sentence };
}
