/** What a node let pass of some callers since it last told, for one of the limits. */
export interface Spending {
  readonly limit: 'principal' | 'address';
  /** A caller, and how many of his requests. */
  readonly spent: readonly (readonly [key: string, requests: number])[];
}

/** How nodes hear what callers spend at the others. */
export interface SpendingNews {
  /** Returns at once. Every other node that listens hears it, once at most; what cannot be told is lost. */
  tell(spending: Spending): void;
  /** Called with what other nodes tell, never with what this one does. The result ends it. */
  listen(listener: (spending: Spending) => void): () => void;
}
