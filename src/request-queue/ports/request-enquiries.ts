import type { LaneCounts } from '../event-lanes.ts';
import type { Lane } from '../policy.ts';
import type { SeatRequest } from '../request.ts';

/** How requests stand: asking changes nothing. Every method may throw Unavailable. */
export interface RequestEnquiries {
  /** A request as it last was on disk, as of a moment at or after the call. */
  find(requestId: string): Promise<SeatRequest | undefined>;
  /** What a buyer has in the queues, oldest first. */
  unfinishedOf(userId: string): Promise<SeatRequest[]>;
  /** How many wait and how many are with workers. */
  counts(eventId: number): Promise<Record<Lane, LaneCounts>>;
  /** How many are served before a request, as it was known a moment ago; undefined when it does not wait. */
  ahead(request: SeatRequest): number | undefined;
  /** Brings what `ahead` knows of an event to the present. */
  refresh(eventId: number): Promise<void>;
  /**
   * One request of each event in which somebody waits or was left by his worker: telling of them again makes good for
   * whatever a delivery lost. Events that a live worker is at may be left out.
   */
  heads(): Promise<SeatRequest[]>;
}
