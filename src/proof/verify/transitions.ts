import { SEAT_MOVES, type SeatState } from '../../reservation/seat.ts';
import { type Finding, finding } from './finding.ts';
import type { EventRows } from './ledger-rows.ts';

/** Each seat's log is one chain of legal moves with growing numbers, and ends where the rows say that the seat stands. */
export function checkTransitions({ moves, holds, sales, seats }: EventRows): Finding[] {
  const findings: Finding[] = [];
  const fenceOf = new Map(holds.map((hold) => [hold.hold_id, hold.fence]));
  const state = new Map<number, SeatState>();
  for (const { seat_id, number, from_state, to_state, hold_id } of moves) {
    const before = state.get(seat_id) ?? startOf(from_state);
    if (before !== from_state) {
      findings.push(
        finding(33, `seat ${seat_id} was ${before}, and its move ${number} starts from ${from_state}`),
      );
    }
    if (!SEAT_MOVES[from_state]?.includes(to_state)) {
      findings.push(finding(6, `seat ${seat_id} went from ${from_state} to ${to_state}`));
    }
    if (to_state === 'HELD' && hold_id !== null && (fenceOf.get(hold_id) ?? number) !== number) {
      findings.push(
        finding(5, `claim ${hold_id} on seat ${seat_id} does not carry the fence that it was made under`),
      );
    }
    state.set(seat_id, to_state);
  }
  const stands = new Map<number, SeatState>();
  for (const seat of seats) if (seat.blocked === 1) stands.set(seat.seat_id, 'BLOCKED');
  for (const hold of holds) {
    if (hold.state === 'HELD' || hold.state === 'PAYING') stands.set(hold.seat_id, hold.state);
  }
  for (const sale of sales) stands.set(sale.seat_id, 'SOLD');
  for (const [seat, is] of state) {
    const should = stands.get(seat) ?? 'AVAILABLE';
    if (is !== should)
      findings.push(finding(33, `the log of seat ${seat} ends with ${is}, its rows say ${should}`));
  }
  for (const [seat, should] of stands) {
    if (should !== 'BLOCKED' && !state.has(seat)) {
      findings.push(finding(33, `seat ${seat} is ${should}, and its log is empty`));
    }
  }
  return findings;
}

/** A seat that was made blocked leaves that state in its first move. */
function startOf(first: SeatState): SeatState {
  return first === 'BLOCKED' ? 'BLOCKED' : 'AVAILABLE';
}
