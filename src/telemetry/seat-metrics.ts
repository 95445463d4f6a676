import type { SeatMove } from '../reservation/claims.ts';
import type { Metrics } from './metrics.ts';

/** Counts what happened to seats, as their authority announces it. */
export function countMoves(metrics: Metrics): {
  seatsMoved(eventId: number, moves: readonly SeatMove[]): void;
} {
  return {
    seatsMoved(_eventId, moves) {
      for (const { to, cause } of moves) {
        if (cause === 'hold') metrics.holds.inc();
        else if (cause === 'expiry') metrics.expiries.inc();
        else if (to === 'SOLD') metrics.sales.inc();
      }
    },
  };
}
