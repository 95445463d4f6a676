/** How nodes tell each other that the catalogue was changed. What is told may be lost; nobody relies on it alone. */
export interface CatalogNews {
  /** Tells every node, this one too. Never throws: the change is written, whoever hears of it. */
  changed(): Promise<void>;
  /** Hears that the catalogue was changed, or that such news may have been missed. The result ends it. */
  listen(hear: () => void): () => void;
}
