import { type Refusal, refuse } from '../../core/refusal.ts';
import type { ReservationFacts } from './ports/reservations.ts';

export type LifecycleStatus = 'HOLD' | 'PAYING' | 'CONFIRMED' | 'CANCELLED' | 'REFUNDED' | 'EXPIRED';

/** What this edition calls the states of a hold and its order. */
export function statusOf({ state, order }: Pick<ReservationFacts, 'state' | 'order'>): LifecycleStatus {
  if (order) return statusOfPaid(state, order);
  return STATUS_OF_HOLD[state];
}

/** Of a hold whose order is not known, for its row is on its way. */
const STATUS_OF_HOLD: Readonly<Record<ReservationFacts['state'], LifecycleStatus>> = {
  HELD: 'HOLD',
  PAYING: 'PAYING',
  CONFIRMED: 'CONFIRMED',
  RELEASED: 'CANCELLED',
  EXPIRED: 'EXPIRED',
};

function statusOfPaid(
  state: ReservationFacts['state'],
  order: NonNullable<ReservationFacts['order']>,
): LifecycleStatus {
  switch (order.state) {
    case 'CONFIRMED':
    case 'PART_REFUNDING':
      return 'CONFIRMED';
    // The money is on its way back.
    case 'REFUNDING':
      return 'CANCELLED';
    case 'CANCELLED':
      return order.refunded ? 'REFUNDED' : 'CANCELLED';
    // Nobody paid in time, or what he paid with did not do.
    case 'FAILED':
      return 'EXPIRED';
    default:
      return state === 'EXPIRED' ? 'EXPIRED' : 'PAYING';
  }
}

/** What can be asked of a reservation, from which states, and where it leads. A hold and a payment expire by themselves. */
export const LIFECYCLE = {
  paying: { from: ['HOLD'], to: 'PAYING' },
  confirm: { from: ['PAYING'], to: 'CONFIRMED' },
  // A payment that has begun is left to its end.
  cancel: { from: ['HOLD', 'CONFIRMED'], to: 'CANCELLED' },
  // Of what was captured: told again as often as it is asked for.
  refund: { from: ['CANCELLED', 'REFUNDED'], to: 'REFUNDED' },
} as const satisfies Record<string, { from: readonly LifecycleStatus[]; to: LifecycleStatus }>;

export type LifecycleMove = keyof typeof LIFECYCLE;

/** Why a reservation cannot make a move. */
export function illegal(move: LifecycleMove, facts: ReservationFacts): Refusal | undefined {
  const status = statusOf(facts);
  const { from, to } = LIFECYCLE[move];
  const isLegal = (from as readonly LifecycleStatus[]).includes(status);
  // What was never paid for has nothing to be refunded.
  const isEmpty = move === 'refund' && !facts.order?.confirmedAt;
  return isLegal && !isEmpty ? undefined : refuse('RESERVATION_MOVE_ILLEGAL', { from: status, to });
}
