import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  blocked,
  claimOf,
  escaped,
  liveClaimOf,
  packed,
  stateOf,
  textOf,
} from '../../../../src/adapters/redis/seat-store/packed-seat.ts';
import { HOLD_STATES, type Hold } from '../../../../src/reservation/hold.ts';

const id = fc.maxSafeNat();
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', '%', ',', 'a,b;c\n%2c'));
const hold: fc.Arbitrary<Hold> = fc.record({
  holdId: id,
  eventId: id,
  seatId: id,
  groupId: id,
  fence: id,
  userId: text,
  sessionId: fc.option(text),
  admissionId: fc.option(text),
  state: fc.constantFrom(...HOLD_STATES),
  heldAt: id,
  expiresAt: id,
  latestEnd: id,
  orderId: fc.option(id),
  endedAt: fc.option(id),
});

describe('a packed seat', () => {
  it('gives back the claim that was put into it, whatever its texts are', () => {
    fc.assert(
      fc.property(hold, (each) => {
        expect(claimOf(each.eventId, each.seatId, packed(each))).toEqual(each);
      }),
    );
  });

  it('has as many commas as parts, so that a script can take it apart', () => {
    fc.assert(
      fc.property(hold, (each) => {
        expect(packed(each).split(',')).toHaveLength(12);
        expect(packed(each)).not.toMatch(/[\n;]/);
      }),
    );
  });

  it('says how the seat stands: a claim that is over leaves it free, and a block stands in front of it', () => {
    const [sample] = fc.sample(hold, 1) as [Hold];
    const states = HOLD_STATES.map((state) => stateOf(packed({ ...sample, state })));
    expect(states).toEqual(['HELD', 'PAYING', 'SOLD', 'AVAILABLE', 'AVAILABLE']);
    const lapsed = packed({ ...sample, state: 'EXPIRED' });
    expect(stateOf(blocked(lapsed))).toBe('BLOCKED');
    expect(claimOf(sample.eventId, sample.seatId, blocked(lapsed))?.state).toBe('EXPIRED');
    expect(liveClaimOf(sample.eventId, sample.seatId, lapsed)).toBeUndefined();
    expect([stateOf(null), stateOf(blocked(undefined))]).toEqual(['AVAILABLE', 'BLOCKED']);
  });

  it('tells no text from an empty one', () => {
    expect([null, '', '%', 'a'].map((each) => textOf(escaped(each)))).toEqual([null, '', '%', 'a']);
  });
});
