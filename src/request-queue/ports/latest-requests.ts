import type { Millis } from '../../core/clock.ts';

/** For those who know a request by its buyer and seat. Every method may throw Unavailable. */
export interface LatestRequests {
  /**
   * Notes what a buyer asked for last about a seat, durable when it resolves. A request id of null is a request that could
   * never wait, for there is no such seat.
   */
  note(latest: { userId: string; seatId: number; requestId: string | null; at: Millis }): Promise<void>;
  /** What was noted last; undefined when nothing was. */
  of(userId: string, seatId: number): Promise<{ requestId: string | null } | undefined>;
  forgetBefore(time: Millis): Promise<void>;
}
