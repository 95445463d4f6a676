import { describe, expect, it } from 'vitest';
import {
  illegal,
  LIFECYCLE,
  type LifecycleMove,
  type LifecycleStatus,
  statusOf,
} from '../../../../src/editions/concerts/lifecycle.ts';
import type { OrderFacts, ReservationFacts } from '../../../../src/editions/concerts/ports/reservations.ts';

type State = ReservationFacts['state'];

function facts(state: State, order?: Partial<OrderFacts>): ReservationFacts {
  const whole = { orderId: 1, state: 'PENDING', confirmedAt: null, endedAt: null, refunded: false, ...order };
  return {
    holdId: 1,
    eventId: 1,
    seatId: 1,
    userId: '7',
    state,
    heldAt: 0,
    expiresAt: 1,
    endedAt: null,
    order: order ? whole : null,
  };
}

const EXAMPLES: Record<LifecycleStatus, ReservationFacts> = {
  HOLD: facts('HELD'),
  PAYING: facts('PAYING', { state: 'PENDING' }),
  CONFIRMED: facts('CONFIRMED', { state: 'CONFIRMED', confirmedAt: 1 }),
  CANCELLED: facts('CONFIRMED', { state: 'REFUNDING', confirmedAt: 1 }),
  REFUNDED: facts('CONFIRMED', { state: 'CANCELLED', confirmedAt: 1, refunded: true }),
  EXPIRED: facts('EXPIRED'),
};

describe('the status', () => {
  it.each(Object.entries(EXAMPLES))('%s is told from hold and order', (status, example) => {
    expect(statusOf(example)).toBe(status);
  });

  it.each<[State, Partial<OrderFacts> | undefined, LifecycleStatus]>([
    ['RELEASED', undefined, 'CANCELLED'],
    ['PAYING', undefined, 'PAYING'],
    ['CONFIRMED', undefined, 'CONFIRMED'],
    ['PAYING', { state: 'AUTHORIZING' }, 'PAYING'],
    ['PAYING', { state: 'UNKNOWN' }, 'PAYING'],
    ['RELEASED', { state: 'FAILED' }, 'EXPIRED'],
    ['RELEASED', { state: 'CANCELLED' }, 'CANCELLED'],
    ['CONFIRMED', { state: 'PART_REFUNDING' }, 'CONFIRMED'],
    ['EXPIRED', { state: 'CONFIRMED' }, 'CONFIRMED'],
  ])('of a hold %s with an order %j is %s', (state, order, status) => {
    expect(statusOf(facts(state, order))).toBe(status);
  });
});

describe('a move', () => {
  const moves = Object.keys(LIFECYCLE) as LifecycleMove[];
  const LEGAL: Record<LifecycleMove, LifecycleStatus[]> = {
    paying: ['HOLD'],
    confirm: ['PAYING'],
    cancel: ['HOLD', 'CONFIRMED'],
    refund: ['CANCELLED', 'REFUNDED'],
  };
  const all = moves.flatMap((move) => Object.keys(EXAMPLES).map((status) => [move, status] as const));

  it.each(all)('%s from %s is legal or 409', (move, status) => {
    const refusal = illegal(move, EXAMPLES[status as LifecycleStatus]);
    if (LEGAL[move].includes(status as LifecycleStatus)) expect(refusal).toBeUndefined();
    else {
      const facts = { from: status, to: LIFECYCLE[move].to };
      expect(refusal).toMatchObject({ refused: 'RESERVATION_MOVE_ILLEGAL', facts });
    }
  });

  it('what was never paid for is not refunded', () => {
    expect(illegal('refund', facts('RELEASED'))).toMatchObject({ refused: 'RESERVATION_MOVE_ILLEGAL' });
    const unpaid = facts('RELEASED', { state: 'CANCELLED' });
    expect(illegal('refund', unpaid)).toMatchObject({ refused: 'RESERVATION_MOVE_ILLEGAL' });
  });
});
