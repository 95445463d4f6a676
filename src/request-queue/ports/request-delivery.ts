import type { SeatRequest } from '../request.ts';

/** What a worker leaves: nothing, more that may be done at once, or work that a failure put off. */
export type WorkLeft = 'nothing' | 'more' | 'later';

/** Serves the event's queue; what it serves, and in which order, the request store decides. */
export type Work = (eventId: number) => Promise<WorkLeft>;

/**
 * Brings waiting requests to the attention of workers, on any node. It carries no order and no truth: a request told
 * of twice is served once, and one it lost is told of again by the reconciler.
 */
export interface RequestDelivery {
  /** What it runs on, for operators. */
  readonly backend: string;
  /**
   * Tells of requests that wait, and resolves when its back end has taken it. From then on `work` is called for their
   * event at least once after this call, by some worker.
   */
  tell(requests: readonly SeatRequest[]): Promise<void>;
  /** These are over, so what it still carries of them is worth nothing. Never blocks, never throws; may be lost. */
  ended(requests: readonly SeatRequest[]): void;
  /**
   * Lets a worker of this process take part; the result lets it go when its present work is done. `work` is called for
   * one event by one worker at a time, for many events at once; where shares are given out anew when a node joins
   * (Kafka), an event may be with two for a while, and the store keeps their claims apart. What was told is acknowledged
   * when `work` has left nothing; when it leaves more it is called again, when it leaves it for later it is called after
   * a pause. A worker that dies or freezes is replaced, and what it was told of is delivered again.
   */
  consume(work: Work): () => Promise<void>;
  /** Throws Unavailable when it cannot deliver. */
  check(): Promise<void>;
}
