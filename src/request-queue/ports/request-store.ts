import type { LaneViews } from '../policy.ts';
import type { SeatRequest } from '../request.ts';
import type { RequestClaims } from './request-claims.ts';
import type { RequestEnquiries } from './request-enquiries.ts';
import type { RequestQueue } from './request-queue.ts';

/**
 * The authority on who waits for what: it owns the order of the lanes, in which it hands requests to workers, whatever
 * brought the workers to ask. One store is all three; whoever needs it knows the one that is his.
 */
export type RequestStore = RequestQueue & RequestClaims & RequestEnquiries;

/** How many there may be of requests that are not over. */
export interface RequestLimits {
  perEvent: number;
  inAll: number;
  perBuyer: number;
}

/** Hears of each request that is taken from its lane, with the lanes as the policy saw them. Must not throw. */
export interface Dequeues {
  dequeued(request: SeatRequest, lanes: LaneViews): void;
}
