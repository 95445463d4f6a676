import type { ClaimWay } from '../../../core/claim-way.ts';
import type { Claimant } from '../../../core/claimant.ts';
import type { Refusal } from '../../../core/refusal.ts';

/** What a request for one seat came to, in the words of the request queue. */
export interface SeatRequestFacts {
  state: 'PENDING' | 'PROCESSING' | 'COMPLETED' | 'FAILED' | 'CANCELLED' | 'EXPIRED' | 'DEAD';
  /** The refusal that ended it. */
  reason: string | null;
}

/** Requests for one seat by way of the queue; of one buyer for one seat the latest is meant. */
export interface SeatRequests {
  /** Durable when it resolves. `eventId` undefined: there is no such seat, and the request has failed. */
  enqueue(
    at: { eventId: number | undefined; seatId: number },
    buyer: Claimant,
    how: { way: ClaimWay; isVip: boolean },
  ): Promise<Refusal | undefined>;
  latest(userId: string, seatId: number): Promise<SeatRequestFacts | undefined>;
  /** Tells once when the buyer's latest request for the seat is over, at once if it is. The result ends it. */
  whenOver(userId: string, seatId: number, over: (facts: SeatRequestFacts) => void): Promise<() => void>;
}
