import type { Millis } from '../../core/clock.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { HeldSeats, SeatRequest } from '../request.ts';

/** What a request needs of the sale. Every method may throw Unavailable. */
export interface Seats {
  /** Why a request cannot even wait: no such event, not on sale, too many seats. Answers from memory when it can. */
  refusalOf(eventId: number, seatIds: readonly number[]): Refusal | undefined | Promise<Refusal | undefined>;
  /** What requests that were worked on before have taken already, by request id. */
  taken(requests: readonly SeatRequest[]): Promise<Map<string, HeldSeats>>;
  /**
   * Holds the request's seats, all or none, durable when it resolves; the hold's time starts now. Ordered: calls made in
   * one turn take effect in the order of the calls. Begins nothing from `until` on, when another worker may be at it.
   * At most once for a request: a second effect is impossible, so who does not know whether there was a first asks
   * `taken` before.
   */
  hold(request: SeatRequest, until: Millis): Promise<HeldSeats | Refusal>;
}
