/** What the catalogue asks of the seats of its events, and has them do. Every method may throw Unavailable. */
export interface Seats {
  /**
   * How they stand: `unsold` seats are those that can still be sold, so not the blocked ones; `all` counts every seat
   * described.
   */
  counts(eventId: number): Promise<{
    available: number;
    reserved: number;
    booked: number;
    sold: number;
    unsold: number;
    all: number;
  }>;
  /** To be told when an event got more seats. */
  hallChanged(eventId: number): Promise<void>;
  /**
   * Runs a change of how the event's seats are claimed while nobody claims any, and tells it how many are claimed and
   * not sold.
   */
  whileStill<R>(eventId: number, change: (claimed: number) => Promise<R>): Promise<R>;
}
