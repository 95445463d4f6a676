import { describe, expect, it } from 'vitest';
import { BrokenInvariant } from '../../../src/core/assert.ts';
import { Claims, type SeatMove } from '../../../src/reservation/claims.ts';
import { HOLD_MOVES, HOLD_STATES, type Hold, type HoldState } from '../../../src/reservation/hold.ts';
import { SEAT_MOVES, SEAT_STATES, type SeatState } from '../../../src/reservation/seat.ts';
import { hallOfRows } from './halls.ts';
import { NOTHING } from './sale-model.ts';

const hold = (state: HoldState, more: Partial<Hold> = {}): Hold => ({
  holdId: 1,
  eventId: 1,
  seatId: 1,
  userId: 'ann',
  sessionId: null,
  groupId: 1,
  admissionId: null,
  fence: 2 ** 32 + 1,
  state,
  heldAt: 0,
  expiresAt: 10,
  latestEnd: 30,
  orderId: null,
  endedAt: state === 'HELD' || state === 'PAYING' ? null : 5,
  ...more,
});

const move = (from: SeatState, to: SeatState, moved: Hold | undefined): SeatMove => ({
  ordinal: 0,
  seatId: 1,
  from,
  to,
  cause: 'hold',
  number: 2 ** 32 + 1,
  at: 0,
  hold: moved,
  actor: null,
});

/** A hall of one seat that stands as wanted. */
function standing(state: SeatState): Claims {
  const claimOf = { HELD: 'HELD', PAYING: 'PAYING', SOLD: 'CONFIRMED' } as const;
  const holds = state in claimOf ? [hold(claimOf[state as keyof typeof claimOf])] : [];
  return new Claims(hallOfRows([1]), 1, { ...NOTHING, holds, blocked: state === 'BLOCKED' ? [1] : [] });
}

const pairs = SEAT_STATES.flatMap((from) => SEAT_STATES.map((to) => ({ from, to })));

describe('the state of an event', () => {
  it.each(pairs)('takes the move $from to $to exactly when the table has it', ({ from, to }) => {
    const claims = standing(from);
    const act = () => claims.apply({ moves: [move(from, to, undefined)], holds: [] });
    if (SEAT_MOVES[from].includes(to)) {
      act();
      expect(claims.stateAt(0)).toBe(to);
    } else expect(act).toThrow(BrokenInvariant);
  });

  it('refuses a move of a seat that stands elsewhere', () => {
    expect(() =>
      standing('SOLD').apply({ moves: [move('AVAILABLE', 'HELD', hold('HELD'))], holds: [] }),
    ).toThrow(BrokenInvariant);
  });

  it.each(
    HOLD_STATES.flatMap((from) => HOLD_STATES.map((to) => ({ from, to }))).filter(
      ({ from, to }) => from !== to,
    ),
  )('takes a hold from $from to $to exactly when the table has it', ({ from, to }) => {
    const claims = standing('AVAILABLE');
    claims.apply({ moves: [move('AVAILABLE', 'HELD', hold('HELD'))], holds: [hold('HELD')] });
    if (from === 'CONFIRMED') claims.apply({ moves: [], holds: [hold('PAYING')] });
    if (from !== 'HELD') claims.apply({ moves: [], holds: [hold(from)] });
    const act = () => claims.apply({ moves: [], holds: [hold(to)] });
    if (HOLD_MOVES[from].includes(to)) act();
    else expect(act).toThrow(BrokenInvariant);
  });

  it('refuses to be read from a ledger with two live claims on one seat', () => {
    const holds = [hold('HELD'), hold('HELD', { holdId: 2 })];
    expect(() => new Claims(hallOfRows([1]), 1, { ...NOTHING, holds })).toThrow(BrokenInvariant);
  });

  it('refuses a claim on a seat that is not in the hall', () => {
    const holds = [hold('HELD', { seatId: 99 })];
    expect(() => new Claims(hallOfRows([1]), 1, { ...NOTHING, holds })).toThrow(BrokenInvariant);
  });

  it('remembers whose hold on a free seat lapsed, and lets a live claim stand in front of it', () => {
    const lapsed = [hold('EXPIRED')];
    const free = new Claims(hallOfRows([1]), 1, { ...NOTHING, lapsed });
    expect([free.stateAt(0), free.latest[0]?.state, free.claimAt(0)]).toEqual([
      'AVAILABLE',
      'EXPIRED',
      undefined,
    ]);
    const holds = [hold('HELD', { holdId: 2 })];
    const held = new Claims(hallOfRows([1]), 1, { ...NOTHING, lapsed, holds });
    expect([held.stateAt(0), held.latest[0]?.holdId]).toEqual(['HELD', 2]);
  });
});
