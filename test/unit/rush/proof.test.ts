import { describe, expect, it } from 'vitest';
import type { EventDetail } from '../../../src/contract/event.ts';
import type { SeatView } from '../../../src/contract/seat.ts';
import type { HistoryRecord } from '../../../src/proof/history/record.ts';
import { type Afterwards, proveByClients, proveByServer } from '../../../src/proof/rush/proof.ts';

const confirmed: HistoryRecord = {
  client: 'ann',
  op: 'confirm',
  key: 'k',
  seats: [1, 2],
  bookingId: 10,
  invokedAt: 0,
  completedAt: 1,
  outcome: 'ok',
};

function afterwards(
  statuses: string[],
  more: Partial<Afterwards> & { counted?: Partial<EventDetail> } = {},
): Afterwards {
  const count = (status: string) => statuses.filter((one) => one === status).length;
  const event = {
    total_seats: statuses.length,
    available_seat_count: count('AVAILABLE'),
    reserved_seat_count: count('RESERVED'),
    booked_seat_count: count('BOOKED'),
    ...more.counted,
  } as EventDetail;
  const seats = statuses.map((status, index) => ({ seat_id: index + 1, status }) as SeatView);
  return { event, seats, bookedBefore: new Set(), bookings: new Map([[10, 'CONFIRMED']]), ...more };
}

const HALL = ['BOOKED', 'BOOKED', 'RESERVED', 'AVAILABLE', 'BLOCKED'];

describe('the proof by what the server shows', () => {
  it('holds when the hall is exactly what the buyers were told', () => {
    const proof = proveByServer([confirmed], afterwards(HALL));
    expect(proof).toMatchObject({ oversold: 0, confirmedSeats: 2, booked: 2, blocked: 1, violations: [] });
  });

  it('counts a confirmed seat that is not booked', () => {
    const proof = proveByServer([confirmed], afterwards(['BOOKED', 'AVAILABLE']));
    expect(proof.oversold).toBe(1);
  });

  it('counts a seat that two bookings claim', () => {
    const other = { ...confirmed, client: 'bob', bookingId: 20, seats: [2] };
    const bookings = new Map([
      [10, 'CONFIRMED'],
      [20, 'CONFIRMED'],
    ]);
    expect(proveByServer([confirmed, other], afterwards(['BOOKED', 'BOOKED'], { bookings })).oversold).toBe(
      1,
    );
  });

  it('accuses a booked seat nobody was told of, unless it was booked before', () => {
    const strayed = ['BOOKED', 'BOOKED', 'BOOKED'];
    expect(proveByServer([confirmed], afterwards(strayed)).violations).toEqual([
      'seat 3 is BOOKED and no buyer was told so',
    ]);
    expect(
      proveByServer([confirmed], afterwards(strayed, { bookedBefore: new Set([3]) })).violations,
    ).toEqual([]);
  });

  it('accuses counts that do not add up', () => {
    expect(
      proveByServer([confirmed], afterwards(HALL, { counted: { available_seat_count: 2 } })).violations,
    ).toHaveLength(1);
    const miscounted = { booked_seat_count: 1, available_seat_count: 2 };
    expect(proveByServer([confirmed], afterwards(HALL, { counted: miscounted })).violations).toHaveLength(1);
  });

  it('believes the server only about what its client never learned', () => {
    const unknown = { ...confirmed, outcome: 'info' as const };
    expect(proveByServer([unknown], afterwards(HALL)).violations).toEqual([]);
    const pending = afterwards(['AVAILABLE', 'AVAILABLE'], { bookings: new Map([[10, 'CANCELLED']]) });
    expect(proveByServer([unknown], pending).violations).toEqual([]);
  });

  it('forgets what was cancelled', () => {
    const cancelled = { ...confirmed, op: 'cancel' as const, key: 'c', invokedAt: 5, completedAt: 6 };
    const found = afterwards(['AVAILABLE', 'AVAILABLE'], { bookings: new Map([[10, 'CANCELLED']]) });
    expect(proveByServer([confirmed, cancelled], found)).toMatchObject({
      oversold: 0,
      confirmedSeats: 0,
      violations: [],
    });
  });
});

describe('the proof by what the clients were told', () => {
  it('counts each seat sold twice once, however many bookings have it', () => {
    const others = [20, 30].map((bookingId) => ({ ...confirmed, client: `buyer ${bookingId}`, bookingId }));
    expect(proveByClients([confirmed, ...others])).toMatchObject({ oversold: 2, confirmations: 3 });
    expect(proveByClients([confirmed]).oversold).toBe(0);
  });
});
