import type { Millis } from '../../core/clock.ts';
import type { CommandKey } from '../../core/command.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { LaneCounts } from '../event-lanes.ts';
import type { Lane, LaneViews } from '../policy.ts';
import type { RequestDraft, SeatRequest } from '../request.ts';

/** A request as it was accepted, and how many are served before it, as far as could be told then. */
export interface Accepted {
  request: SeatRequest;
  ahead: number;
}

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

/**
 * The authority on who waits for what: it owns the order of the lanes, in which it hands requests to workers, whatever
 * brought the workers to ask. Every method may throw Unavailable.
 */
export interface RequestStore {
  /**
   * Gives a request its place at the end of its lane and makes it durable before it resolves. Ordered: of two requests
   * of one event the one with the smaller place is durable first. Idempotent where it has a key: what `reply` makes of
   * it is stored under the key in the same commit. Refused when the event's queue, the house's or the buyer's share is full.
   */
  accept<R>(
    draft: RequestDraft,
    reply: (accepted: Accepted) => R,
    key?: CommandKey,
  ): Promise<{ request: SeatRequest; reply: R } | Refusal>;
  /**
   * Takes at most `limit` requests of an event by the policy, in the order in which they must take effect, and makes it
   * durable that they are PROCESSING. A request is with one claim at a time. Those that were claimed before, and put back
   * or left by a worker that died, come before all others, alone and all at once. Empty when nobody waits. Where nodes
   * share the queue, one node at a time has claims of an event: Unavailable while another one is at it, and taken over
   * from a node that has been silent for a while.
   */
  claim(eventId: number, limit: number): Promise<SeatRequest[]>;
  /**
   * Until when what was claimed of an event is ours, as far as can be told without asking: past, for a worker who was silent
   * for so long that another may have taken his place.
   */
  oursUntil(eventId: number): Millis;
  /**
   * Ends claimed requests, durable when it resolves. One that was moved by somebody else meanwhile is left as it is, so
   * that a worker who was frozen changes nothing. Returns those that it ended.
   */
  settle(requests: readonly SeatRequest[]): Promise<SeatRequest[]>;
  /** Takes back claimed requests whose work must be done again; the next claim has them. */
  putBack(requests: readonly SeatRequest[]): void;
  /**
   * Cancels a request that nobody has claimed, durable when it resolves; any other stays as it is. Returns the request
   * as it then is; undefined when there is none. Of a cancel and a claim at the same time exactly one wins.
   */
  cancel(requestId: string): Promise<SeatRequest | undefined>;
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
  /** Brings a dead request back to the end of its lane, durable when it resolves. Undefined when it is not dead. */
  revive(requestId: string): Promise<SeatRequest | undefined>;
}
