import { describe, expect, it } from 'vitest';
import { ENTRY_MOVES, type Entry, type EntryState, isLive } from '../../../src/waitlist/entry.ts';
import * as moves from '../../../src/waitlist/moves.ts';

const NOW = 1_700_000_000_000;
const HELD = { holdIds: [1], seatIds: [2], expiresAt: NOW + 5_000 };

const WAITING: Entry = {
  eventId: 1,
  place: 7,
  userId: 'ann',
  sessionId: null,
  admissionId: null,
  wish: { size: 1 },
  state: 'WAITING',
  revision: 1,
  attempt: 1,
  joinedAt: NOW,
  offer: null,
  reason: null,
  endedAt: null,
};
const OFFERED = moves.offered(WAITING, HELD, NOW, 1_000);

/** Every move, from whatever state. */
const MOVES: Record<string, (entry: Entry) => Entry> = {
  OFFERED: (entry) => moves.offered(entry, HELD, NOW, 1_000),
  PROMOTED: (entry) => moves.offered(entry, HELD, NOW, undefined),
  ACCEPTED: (entry) => moves.accepted(entry, NOW, NOW + 9_000),
  DECLINED: (entry) => moves.declined(entry, NOW),
  LAPSED: (entry) => moves.lapsed(entry, NOW),
  REFUSED: (entry) => moves.refusedFor(entry, 'SEAT_LIMIT_REACHED', NOW),
};

describe('an entry', () => {
  it.each(Object.keys(ENTRY_MOVES) as EntryState[])('in %s moves only as the table says', (from) => {
    for (const [to, move] of Object.entries(MOVES)) {
      const entry = { ...WAITING, state: from };
      if (ENTRY_MOVES[from].includes(to as EntryState)) expect(move(entry).state).toBe(to);
      else expect(() => move(entry), `${from} to ${to}`).toThrow(/waitlist entry 7/);
    }
  });

  it('grows by one revision with each move, and ends with a time', () => {
    for (const [to, move] of Object.entries(MOVES)) {
      const from = ENTRY_MOVES.WAITING.includes(to as EntryState) ? WAITING : OFFERED;
      const after = move(from);
      expect(after.revision).toBe(from.revision + 1);
      expect(after.endedAt === null).toBe(isLive(after));
    }
  });

  it('with an offer leaves by declining it', () => {
    expect(moves.left(WAITING, NOW).state).toBe('LEFT');
    expect(moves.left(OFFERED, NOW).state).toBe('DECLINED');
  });

  it('waits where it was when its seats were lost, for another attempt', () => {
    const again = moves.waitingAgain(OFFERED);
    expect(again).toEqual({ ...WAITING, attempt: 2, revision: OFFERED.revision + 1 });
  });

  it('can be accepted before the time to answer is over, not at it', () => {
    expect(moves.isAnswerable(OFFERED, NOW + 999)).toBe(true);
    expect(moves.isAnswerable(OFFERED, NOW + 1_000)).toBe(false);
    expect(moves.isAnswerable(WAITING, NOW)).toBe(false);
  });
});
