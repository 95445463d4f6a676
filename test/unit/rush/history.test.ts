import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkHistory } from '../../../src/proof/history/check.ts';
import { outlookOfBookings } from '../../../src/proof/history/outlook.ts';
import type { HistoryRecord } from '../../../src/proof/history/record.ts';

function record(overrides: Partial<HistoryRecord> & Pick<HistoryRecord, 'op'>): HistoryRecord {
  return {
    client: 'ann',
    key: '',
    seats: [1],
    bookingId: 10,
    invokedAt: 0,
    completedAt: 1,
    outcome: 'ok',
    ...overrides,
  };
}

const annBuys = record({ op: 'confirm', invokedAt: 0, completedAt: 10 });
const bobBuys = record({ op: 'confirm', client: 'bob', bookingId: 20, invokedAt: 100, completedAt: 110 });

function invariants(records: readonly HistoryRecord[]): number[] {
  return checkHistory(records).map(({ invariant }) => invariant);
}

describe('invariant 2: no two bookings own one seat', () => {
  it('accuses two confirmations of one seat, in any order of the records', () => {
    expect(invariants([annBuys, bobBuys])).toEqual([2]);
    expect(invariants([bobBuys, annBuys])).toEqual([2]);
  });

  it('accuses when only one of several seats is shared', () => {
    expect(
      invariants([
        { ...annBuys, seats: [1, 2] },
        { ...bobBuys, seats: [2, 3] },
      ]),
    ).toEqual([2]);
  });

  it('lets different seats and a replay of the same booking be', () => {
    expect(invariants([annBuys, { ...bobBuys, seats: [2] }])).toEqual([]);
    expect(invariants([annBuys, { ...annBuys, invokedAt: 20, completedAt: 30 }])).toEqual([]);
  });

  it('is excused by a cancellation that was under way before the second confirmation was answered', () => {
    const cancel = record({ op: 'cancel', invokedAt: 105, completedAt: 500 });
    expect(invariants([annBuys, cancel, bobBuys])).toEqual([]);
    expect(invariants([annBuys, { ...cancel, outcome: 'info' }, bobBuys])).toEqual([]);
  });

  it('is not excused by a cancellation that came later, was refused, or was of another booking', () => {
    const late = record({ op: 'cancel', invokedAt: 111, completedAt: 120 });
    expect(invariants([annBuys, late, bobBuys])).toEqual([2]);
    expect(invariants([annBuys, { ...late, invokedAt: 50, outcome: 'fail' }, bobBuys])).toEqual([2]);
    expect(invariants([annBuys, { ...late, invokedAt: 50, bookingId: 99 }, bobBuys])).toEqual([2]);
  });

  it('does not accuse on a confirmation nobody acknowledged', () => {
    expect(invariants([annBuys, { ...bobBuys, outcome: 'info' }])).toEqual([]);
    expect(invariants([annBuys, { ...bobBuys, outcome: 'fail' }])).toEqual([]);
  });
});

describe('invariant 27: one key, one answer', () => {
  const first = record({ op: 'hold', key: 'k', answer: { status: 201, digest: 'a' }, completedAt: 10 });

  it('accepts the same answer twice and a different key', () => {
    const replay = { ...first, invokedAt: 20, completedAt: 30 };
    expect(
      invariants([first, replay, { ...first, key: 'other', answer: { status: 201, digest: 'b' } }]),
    ).toEqual([]);
  });

  it('accuses another body and another status', () => {
    expect(invariants([first, { ...first, answer: { status: 201, digest: 'b' } }])).toEqual([27]);
    expect(invariants([first, { ...first, answer: { status: 200, digest: 'a' } }])).toEqual([27]);
  });

  it('accuses a refusal after the acknowledgement, but not one that says "not now" or came before', () => {
    const refused = record({
      op: 'hold',
      key: 'k',
      outcome: 'fail',
      invokedAt: 20,
      answer: { status: 409, digest: 'c' },
    });
    expect(invariants([first, refused])).toEqual([27]);
    expect(invariants([first, { ...refused, notNow: true }])).toEqual([]);
    expect(invariants([first, { ...refused, invokedAt: 5 }])).toEqual([]);
  });
});

describe('invariant 32: what was acknowledged is there afterwards', () => {
  const check = (records: readonly HistoryRecord[], booking: string | undefined, seat: string | undefined) =>
    checkHistory(records, { bookingStatus: () => booking, seatStatus: () => seat }).map(
      ({ message }) => message,
    );

  it('accepts a confirmed booking with its seats', () => {
    expect(check([annBuys], 'CONFIRMED', 'BOOKED')).toEqual([]);
  });

  it('accuses a lost booking and a freed seat', () => {
    expect(check([annBuys], undefined, 'BOOKED')[0]).toContain('is gone');
    expect(check([annBuys], 'CONFIRMED', 'AVAILABLE')[0]).toContain('not BOOKED');
  });

  it('accuses an effect of something that was definitely refused', () => {
    expect(check([{ ...annBuys, outcome: 'fail' }], 'CONFIRMED', 'BOOKED')).toHaveLength(1);
    expect(check([{ ...annBuys, outcome: 'fail' }], 'PENDING', 'BOOKED')).toEqual([]);
  });

  it('accepts either end of what is unknown', () => {
    const unknown = { ...annBuys, outcome: 'info' as const };
    expect(check([unknown], 'CONFIRMED', 'BOOKED')).toEqual([]);
    expect(check([unknown], 'PENDING', 'AVAILABLE')).toEqual([]);
    expect(outlookOfBookings([unknown]).get(10)?.confirmed).toBe('either');
  });
});

/** A history that a correct system could have produced: each seat has one owner at a time, in a random order of turns. */
const honestHistory = fc
  .array(
    fc.record({
      seat: fc.integer({ min: 1, max: 5 }),
      takes: fc.integer({ min: 1, max: 20 }),
      cancels: fc.constantFrom('ok', 'info', 'fail', 'none'),
      confirms: fc.constantFrom('ok', 'ok', 'info', 'fail'),
      slow: fc.integer({ min: 0, max: 50 }),
    }),
    { maxLength: 40 },
  )
  .map((turns) => {
    const owned = new Set<number>();
    const records: HistoryRecord[] = [];
    let now = 0;
    turns.forEach((turn, bookingId) => {
      if (owned.has(turn.seat)) return;
      const of = { client: `buyer-${bookingId}`, seats: [turn.seat], bookingId };
      // Answers may arrive late: only the moment of the effect, somewhere in between, is in order.
      const confirmed = { invokedAt: now, completedAt: now + turn.takes + turn.slow };
      records.push(record({ op: 'confirm', ...of, ...confirmed, outcome: turn.confirms }));
      now = confirmed.completedAt + 1;
      if (turn.confirms === 'fail') return;
      owned.add(turn.seat);
      if (turn.cancels === 'none') return;
      records.push(
        record({
          op: 'cancel',
          ...of,
          invokedAt: now,
          completedAt: now + turn.takes + 100,
          outcome: turn.cancels,
        }),
      );
      if (turn.cancels !== 'fail') owned.delete(turn.seat);
      now += turn.takes;
    });
    return records;
  });

describe('any history', () => {
  it('of a correct system is never accused, however its records are shuffled', () => {
    fc.assert(
      fc.property(honestHistory, fc.infiniteStream(fc.nat()), (records, order) => {
        const shuffled = records
          .map((one) => ({ one, at: order.next().value as number }))
          .sort((a, b) => a.at - b.at);
        expect(invariants(shuffled.map(({ one }) => one))).toEqual([]);
      }),
    );
  });

  it('with a planted double sale is always caught', () => {
    fc.assert(
      fc.property(honestHistory, fc.nat(), (records, choice) => {
        const cancelled = new Set(
          records
            .filter(({ op, outcome }) => op === 'cancel' && outcome !== 'fail')
            .map(({ bookingId }) => bookingId),
        );
        const standing = records.filter(
          (one) => one.op === 'confirm' && one.outcome === 'ok' && !cancelled.has(one.bookingId),
        );
        fc.pre(standing.length > 0);
        const victim = standing[choice % standing.length] as HistoryRecord;
        const thief = record({
          op: 'confirm',
          client: 'thief',
          bookingId: 9_999,
          seats: [77, ...victim.seats],
          invokedAt: victim.completedAt + 5,
          completedAt: victim.completedAt + 6,
        });
        const caught = checkHistory([...records, thief]).filter(({ invariant }) => invariant === 2);
        expect(caught.some(({ evidence }) => evidence.includes(victim) && evidence.includes(thief))).toBe(
          true,
        );
      }),
    );
  });

  it('with a planted different answer to one key is always caught', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b'), { minLength: 2, maxLength: 6 }), (digests) => {
        const records = digests.map((digest, index) =>
          record({
            op: 'book',
            key: 'k',
            invokedAt: index,
            completedAt: index + 1,
            answer: { status: 201, digest },
          }),
        );
        expect(invariants(records).includes(27)).toBe(new Set(digests).size > 1);
      }),
    );
  });
});
