import type { Millis } from '../../core/clock.ts';
import { refuse } from '../../core/refusal.ts';
import type { Claims } from '../claims.ts';
import type { BlockSeats, SeatReplies } from '../command.ts';
import type { Seat, SeatState } from '../seat.ts';
import { type Decision, Moves, refused } from './decision.ts';

/** Blocks free seats or frees blocked ones, all or none; seats that already are so are left alone. */
export function blockSeats(
  claims: Claims,
  command: BlockSeats,
  now: Millis,
): Decision<SeatReplies['block_seats']> {
  const [from, to, cause]: [SeatState, SeatState, 'block' | 'unblock'] =
    command.type === 'block_seats' ? ['AVAILABLE', 'BLOCKED', 'block'] : ['BLOCKED', 'AVAILABLE', 'unblock'];
  const steps = new Moves(claims, now);
  const seats: Seat[] = [];
  const wrong: string[] = [];
  for (const seatId of new Set(command.seatIds)) {
    const ordinal = claims.hall.ordinalOf(seatId);
    if (ordinal === undefined) return refused(refuse('SEATS_UNKNOWN'));
    const state = claims.stateAt(ordinal);
    seats.push(claims.hall.seatAt(ordinal));
    if (state === from) steps.add({ ordinal, to, cause, actor: command.actor }, undefined);
    else if (state !== to) wrong.push(claims.hall.seatAt(ordinal).number);
  }
  if (wrong.length > 0) return refused(refuse('SEATS_NOT_FREE', { seats: wrong.join(', ') }));
  return { changes: { moves: steps.moves, holds: [] }, reply: { seats } };
}
