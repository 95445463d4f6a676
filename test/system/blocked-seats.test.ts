import { describe, expect, it } from 'vitest';
import type { EventView } from '../../src/contract/event.ts';
import type { SeatHistoryEntry, SeatView } from '../../src/contract/seat.ts';
import { bodyOf, expectRefusal } from './client.ts';
import { buy, DATE_TIME, hold, openSale, statusOfSeat, tryHold } from './sale.ts';
import { sharedProgram } from './shared-program.ts';

const { anyone, organiser } = sharedProgram();

describe('the organiser blocks and unblocks', () => {
  const change = (what: string, eventId: number, seat_ids: number[]) =>
    organiser.post<SeatView[]>(`/api/v1/events/${eventId}/seats/${what}`, { seat_ids });

  it('free seats, all or none', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 4 });
    const [first, second, third] = seatIds as [number, number, number];
    await hold(anyone, 'ann', eventId, [third]);
    expectRefusal(await change('block', eventId, [first, third]), {
      status: 409,
      code: 'SEATS_NOT_FREE',
      message: 'Seats are held or sold: A3',
    });
    expect(await statusOfSeat(anyone, first)).toBe('AVAILABLE');
    const blocked = bodyOf(await change('block', eventId, [first, second]));
    expect(blocked.map((seat) => [seat.seat_number, seat.status])).toEqual([
      ['A1', 'BLOCKED'],
      ['A2', 'BLOCKED'],
    ]);
    expectRefusal(await tryHold(anyone, 'bob', eventId, [first]), {
      status: 409,
      code: 'SEATS_TAKEN',
      message: 'Seats not available: A1',
    });
    bodyOf(await change('unblock', eventId, [first]));
    expect(await statusOfSeat(anyone, first)).toBe('AVAILABLE');
    await hold(anyone, 'bob', eventId, [first]);
  });

  it('only seats of that event', async () => {
    const here = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const there = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const foreign = there.seatIds[0] as number;
    expectRefusal(await change('block', here.eventId, [foreign]), {
      status: 409,
      code: 'SEAT_OF_OTHER_EVENT',
      message: `Seat ${foreign} does not belong to event ${here.eventId}`,
    });
    expectRefusal(await change('block', 999_999_999, [foreign]), { status: 404, code: 'EVENT_NOT_FOUND' });
    expect(await statusOfSeat(anyone, foreign)).toBe('AVAILABLE');
  });

  it('a sold-out sale is open again with the first seat that is unblocked', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 2 });
    const [sold, blocked] = seatIds as [number, number];
    bodyOf(await change('block', eventId, [blocked]));
    await buy(anyone, 'ann', eventId, [sold]);
    const status = async () => bodyOf(await anyone.get<EventView>(`/api/v1/events/${eventId}`)).status;
    expect(await status()).toBe('SOLD_OUT');
    bodyOf(await change('unblock', eventId, [blocked]));
    expect(await status()).toBe('ON_SALE');
  });
});

describe('GET /api/v1/seats/{id}/history', () => {
  it('tells every change of a seat with time, cause and a growing number', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const [seat] = seatIds as [number];
    const held = await hold(anyone, 'ann', eventId, [seat]);
    const id = held.reservations[0]?.reservation_id;
    bodyOf(await anyone.as('ann').delete(`/api/v1/reservations/${id}`));
    const { booking_id } = await buy(anyone, 'bob', eventId, [seat]);
    bodyOf(await anyone.as('bob').post(`/api/v1/bookings/${booking_id}/cancel`, {}));
    const history = bodyOf(await organiser.get<SeatHistoryEntry[]>(`/api/v1/seats/${seat}/history`));
    const moves = history.map(({ from, to }) => `${from} ${to}`);
    const forward = [
      ...['AVAILABLE HELD', 'HELD AVAILABLE'],
      ...['AVAILABLE HELD', 'HELD PAYING', 'PAYING SOLD', 'SOLD AVAILABLE'],
    ];
    expect([forward, [...forward].reverse()]).toContainEqual(moves);
    const inTime =
      moves[0] === forward[0] && history[0]?.reservation_id === id ? history : [...history].reverse();
    expect(inTime[0]).toMatchObject({ reservation_id: id, actor: 'ann', cause: 'hold' });
    for (const [index, entry] of inTime.entries()) {
      expect(entry.at).toMatch(DATE_TIME);
      if (index > 0) expect(entry.fence).toBeGreaterThan((inTime[index - 1] as SeatHistoryEntry).fence);
    }
  });

  it('is for the organiser, and of seats that there are', async () => {
    const { seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const path = `/api/v1/seats/${seatIds[0]}/history`;
    expectRefusal(await anyone.get(path), { status: 401, code: 'IDENTITY_REQUIRED' });
    expectRefusal(await anyone.as('ann').get(path), { status: 403, code: 'ORGANISER_ONLY' });
    expectRefusal(await organiser.get('/api/v1/seats/999999999/history'), {
      status: 404,
      code: 'SEAT_NOT_FOUND',
    });
  });
});
