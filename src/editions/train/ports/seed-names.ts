/** The data of seed 002 under its own names, for its operators: a view beside the authority. */
export interface SeedNames {
  /** Something was reserved, queued or given back here. Never throws and never waits. */
  changed(): void;
  /** Runs while `reservation_lock` is ours; also when it cannot be had in time, for it guards nothing. */
  locked<R>(run: () => Promise<R>): Promise<R>;
}
