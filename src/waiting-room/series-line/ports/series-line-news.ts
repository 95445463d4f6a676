export interface SeriesLineListener {
  /** A user watches his place on another node now. */
  watching(userId: string): void;
  /** Somebody was let in before a series, on any node. */
  moved(seriesId: number): void;
}

/** What nodes tell each other about lines. What is told may be lost: nobody relies on it alone. */
export interface SeriesLineNews {
  /** Tells the other nodes. Never throws and never waits. */
  watching(userId: string): void;
  /** The same. */
  moved(seriesId: number): void;
  /** Hears what other nodes tell, and not what this one does. The result ends it. */
  listen(listener: SeriesLineListener): () => void;
}
