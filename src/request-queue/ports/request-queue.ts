import type { CommandKey } from '../../core/command.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { RequestDraft, SeatRequest } from '../request.ts';

/** A request as it was accepted, and how many are served before it, as far as could be told then. */
export interface Accepted {
  request: SeatRequest;
  ahead: number;
}

/** The queue as those who ask know it: who comes into a lane, goes, or comes back. Every method may throw Unavailable. */
export interface RequestQueue {
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
   * Cancels a request that nobody has claimed, durable when it resolves; any other stays as it is. Returns the request
   * as it then is; undefined when there is none. Of a cancel and a claim at the same time exactly one wins.
   */
  cancel(requestId: string): Promise<SeatRequest | undefined>;
  /** Brings a dead request back to the end of its lane, durable when it resolves. Undefined when it is not dead. */
  revive(requestId: string): Promise<SeatRequest | undefined>;
}
