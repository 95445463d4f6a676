import type { Refusal } from '../../core/refusal.ts';
import type { SeatCounts } from '../claims.ts';
import type { ReplyTo, SeatCommand } from '../command.ts';
import type { PartyWish } from '../free-seats.ts';
import type { Hold } from '../hold.ts';
import type { Seat, SeatState } from '../seat.ts';

/** A seat and how it stands. */
export interface SeatNow {
  seat: Seat;
  state: SeatState;
  /** The claim that has it: HELD, PAYING or CONFIRMED. */
  claim: Hold | undefined;
}

/** Where a party could sit: side by side, or in groups, or not at all. */
export interface Offer {
  together: readonly number[] | undefined;
  groups: readonly (readonly number[])[] | undefined;
}

/**
 * The authority on who may pay for a seat. It supplies the time of every decision.
 * Every method may throw Unavailable.
 */
export interface SeatStore {
  /**
   * Decides a command and makes its effect durable before it resolves. Atomic: all of the command or nothing. Ordered:
   * commands on an event are decided in the order of arrival, and no reply overtakes the commit of one it rests on.
   * Idempotent where the command has a key: the reply is stored under it in the same commit. Nothing is held under an
   * admission that is over by the time of the decision.
   */
  execute<C extends SeatCommand>(command: C): Promise<ReplyTo<C> | Refusal>;
  /**
   * The seats of an event: all of them by section, row and number, or the named ones in the order of their names,
   * unknown ones left out. As of a moment at or after the call, and nothing in it is undone by a crash. Undefined when
   * there is no such event.
   */
  seats(
    eventId: number,
    seatIds?: readonly number[],
  ): Promise<{ epoch: number; seats: SeatNow[] } | undefined>;
  /** Where a party could sit now. Promises nothing: only a hold does. */
  offer(eventId: number, wish: PartyWish): Promise<Offer>;
  counts(eventId: number): Promise<SeatCounts>;
  /** A hold that has not ended, as of a moment at or after the call. */
  liveHold(holdId: number): Promise<Hold | undefined>;
  /** To be called when the organiser added seats; what is claimed stays claimed. */
  hallChanged(eventId: number): Promise<void>;
  /** Ends the holds that are over, announces it, and says how many there were. Safe to call at any time. */
  expireDue(): Promise<number>;
}
