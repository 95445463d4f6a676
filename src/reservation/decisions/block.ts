import type { Millis } from '../../core/clock.ts';
import { refuse } from '../../core/refusal.ts';
import type { Claims } from '../claims.ts';
import type { BlockSeats } from '../command.ts';
import type { SeatState } from '../seat.ts';
import { type Decision, Moves, refused } from './decision.ts';

/** Blocks free seats or frees blocked ones, all or none; seats that already are so are left alone. */
export function blockSeats(claims: Claims, command: BlockSeats, now: Millis): Decision<{ changed: number }> {
  const [from, to, cause]: [SeatState, SeatState, 'block' | 'unblock'] =
    command.type === 'block_seats' ? ['AVAILABLE', 'BLOCKED', 'block'] : ['BLOCKED', 'AVAILABLE', 'unblock'];
  const steps = new Moves(claims, now);
  const wrong: string[] = [];
  for (const seatId of new Set(command.seatIds)) {
    const ordinal = claims.hall.ordinalOf(seatId);
    if (ordinal === undefined) return refused(refuse('SEATS_UNKNOWN'));
    const state = claims.stateAt(ordinal);
    if (state === from) steps.add({ ordinal, to, cause, actor: command.actor }, undefined);
    else if (state !== to) wrong.push(claims.hall.seatAt(ordinal).number);
  }
  if (wrong.length > 0) return refused(refuse('SEATS_NOT_FREE', { seats: wrong.join(', ') }));
  return { changes: { moves: steps.moves, holds: [] }, reply: { changed: steps.moves.length } };
}
