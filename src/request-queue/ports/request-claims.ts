import type { Millis } from '../../core/clock.ts';
import type { SeatRequest } from '../request.ts';

/** What the workers of this node have taken out of the lanes. Every method may throw Unavailable. */
export interface RequestClaims {
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
}
