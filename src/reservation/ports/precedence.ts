import type { Refusal } from '../../core/refusal.ts';

/** Whoever waits for the seats of an event goes before those who come now. */
export interface Precedence {
  /**
   * Undefined when the buyer may try for seats. Asked on every hold: answers from memory when nobody waits. Where
   * somebody does, `seatIds`, the seats that the buyer has named, are his to try for only if they were free before the line was
   * served: what comes back meanwhile is for the line. Who names none is refused with WAITLIST_FIRST.
   */
  refusalFor(
    eventId: number,
    seatIds?: readonly number[],
  ): Refusal | undefined | Promise<Refusal | undefined>;
}
