import type { Millis } from '../../core/clock.ts';
import type { Refusal } from '../../core/refusal.ts';
import { type Changes, type Claims, NO_CHANGES, type SeatMove } from '../claims.ts';
import type { Hold } from '../hold.ts';
import type { MoveCause, SeatState } from '../seat.ts';

/** A decision names what changes and what the asker is told; taking it changes nothing. */
export interface Decision<R> {
  changes: Changes;
  reply: R | Refusal;
}

export function refused(refusal: Refusal): { changes: Changes; reply: Refusal } {
  return { changes: NO_CHANGES, reply: refusal };
}

/** Ids for new holds, taken only when the decision makes them. */
export type NextHoldId = () => number;

interface Step {
  ordinal: number;
  to: SeatState;
  cause: MoveCause;
  actor: string | null;
}

/** Collects the moves of one decision and numbers them. */
export class Moves {
  readonly moves: SeatMove[] = [];
  readonly claims: Claims;
  readonly at: Millis;

  constructor(claims: Claims, at: Millis) {
    this.claims = claims;
    this.at = at;
  }

  /** The number that the next step will carry: the fence, if it is a claim. */
  nextNumber(): number {
    return this.claims.moveNumber(this.moves.length);
  }

  /** `from` is where the seat stands, or where an earlier step of the same decision has put it. */
  add(step: Step, hold: Hold | undefined, from: SeatState = this.claims.stateAt(step.ordinal)): void {
    const { ordinal, to, cause, actor } = step;
    const { seatId } = this.claims.hall.seatAt(ordinal);
    this.moves.push({
      ordinal,
      seatId,
      from,
      to,
      cause,
      number: this.nextNumber(),
      at: this.at,
      hold,
      actor,
    });
  }
}
