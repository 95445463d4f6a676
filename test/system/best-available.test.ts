import { describe, expect, it } from 'vitest';
import type { BestAvailableSeats, ReservationCreated } from '../../src/contract/reservation.ts';
import type { SeatView } from '../../src/contract/seat.ts';
import { bodyOf, expectRefusal } from './client.ts';
import { addSeats, createEvent, hold, openSale, seatInputs, startSale } from './sale.ts';
import { sharedProgram } from './shared-program.ts';

const { anyone, organiser } = sharedProgram();

const find = (eventId: number, wish: object) =>
  anyone.post<BestAvailableSeats>(`/api/v1/events/${eventId}/best-available`, wish);
const take = (user: string, eventId: number, wish: object) =>
  anyone
    .as(user)
    .post<ReservationCreated>(`/api/v1/events/${eventId}/best-available`, { ...wish, hold: true });
const numbersOf = (seats: readonly SeatView[]) => seats.map((seat) => seat.seat_number);

/** Of one row and next to each other, as their numbers say. */
function expectSideBySide(seats: readonly SeatView[]): void {
  expect(new Set(seats.map((seat) => `${seat.section} ${seat.row_number}`)).size).toBe(1);
  const places = seats.map((seat) => Number(/\d+$/.exec(seat.seat_number)?.[0])).sort((a, b) => a - b);
  for (const [index, place] of places.entries()) expect(place).toBe((places[0] as number) + index);
}

describe('POST /api/v1/events/{id}/best-available', () => {
  it('finds seats side by side, and holds nothing', async () => {
    const { eventId } = await openSale(organiser, { rows: 3, seatsInRow: 10, price: '50.00' });
    const found = bodyOf(await find(eventId, { party_size: 4 }));
    expect(Object.keys(found).sort()).toEqual(['seats', 'total_amount']);
    expect(found.total_amount).toBe(200);
    expectSideBySide(found.seats);
    expect(found.seats.every((seat) => seat.status === 'AVAILABLE')).toBe(true);
    expect(bodyOf(await find(eventId, { party_size: 4 }))).toEqual(found);
  });

  it('holds them at once, for who asks', async () => {
    const { eventId } = await openSale(organiser, { rows: 1, seatsInRow: 10 });
    const found = bodyOf(await find(eventId, { party_size: 3 }));
    const held = bodyOf(await take('ann', eventId, { party_size: 3, user_id: 'ann' }), 201);
    expect(held.reservations.map((each) => each.seats[0]?.seat_number)).toEqual(numbersOf(found.seats));
    expect(held.reservations.every((each) => each.user_id === 'ann' && each.status === 'ACTIVE')).toBe(true);
    expectRefusal(await take('bob', eventId, { party_size: 1, user_id: 'ann' }), {
      status: 403,
      code: 'USER_MISMATCH',
    });
    const asked = await anyone
      .as('bob')
      .post(`/api/v1/events/${eventId}/best-available`, { party_size: 1, user_id: 'ann' });
    expectRefusal(asked, { status: 403, code: 'USER_MISMATCH' });
    const nobody = await anyone.post(`/api/v1/events/${eventId}/best-available`, {
      party_size: 1,
      hold: true,
    });
    expectRefusal(nobody, { status: 401, code: 'IDENTITY_REQUIRED' });
  });

  it('keeps to section, type and price', async () => {
    const { event_id } = await createEvent(organiser);
    const row = (section: string, seat_type: 'REGULAR' | 'VIP', price: string) =>
      [1, 2, 3].map((place) => ({
        seat_number: `${section}${place}`,
        section,
        row_number: section,
        seat_type,
        price,
        x: place,
        y: 0,
      }));
    await addSeats(organiser, event_id, [
      ...row('P', 'VIP', '90.00'),
      ...row('Q', 'REGULAR', '50.00'),
      ...row('R', 'REGULAR', '20.00'),
    ]);
    await startSale(organiser, event_id);
    const sectionOf = async (wish: object) =>
      bodyOf(await find(event_id, { party_size: 2, ...wish })).seats[0]?.section;
    expect(await sectionOf({ section: 'Q' })).toBe('Q');
    expect(await sectionOf({ seat_type: 'VIP' })).toBe('P');
    expect(await sectionOf({ max_price: '20.00' })).toBe('R');
    expect(await sectionOf({ max_price: 49.99 })).toBe('R');
    const missing = await find(event_id, { party_size: 2, seat_type: 'VIP', max_price: '50' });
    const { detail } = expectRefusal(missing, { status: 409, code: 'NO_ADJACENT_SEATS' });
    expect(detail).toEqual({ alternative: null });
  });

  it('never leaves a single seat alone when it can be helped', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 7 });
    // Free: A1, A2, A3 and A5, A6. A pair out of the three would leave one alone; the other pair does not.
    await hold(anyone, 'ann', eventId, [seatIds[3] as number, seatIds[6] as number]);
    expect(numbersOf(bodyOf(await find(eventId, { party_size: 2 })).seats)).toEqual(['A5', 'A6']);
    expect(numbersOf(bodyOf(await find(eventId, { party_size: 3 })).seats)).toEqual(['A1', 'A2', 'A3']);
  });

  it('offers groups when the party cannot sit together', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 2, seatsInRow: 3 });
    const answer = await take('ann', eventId, { party_size: 5 });
    const { detail } = expectRefusal(answer, {
      status: 409,
      code: 'NO_ADJACENT_SEATS',
      message: 'No 5 adjacent seats are available',
    });
    const { alternative } = detail as { alternative: { groups: number[][]; seats: SeatView[] } };
    expect(alternative.groups.flat()).toHaveLength(5);
    expect(alternative.seats.map((seat) => seat.seat_id)).toEqual(alternative.groups.flat());
    for (const group of alternative.groups)
      expectSideBySide(alternative.seats.filter((seat) => group.includes(seat.seat_id)));
    const free = bodyOf(await anyone.get<SeatView[]>(`/api/v1/events/${eventId}/seats?status=AVAILABLE`));
    expect(free).toHaveLength(seatIds.length);
    await hold(anyone, 'ann', eventId, alternative.groups.flat());
    const { detail: nothing } = expectRefusal(await find(eventId, { party_size: 5 }), {
      status: 409,
      code: 'NO_ADJACENT_SEATS',
    });
    expect(nothing).toEqual({ alternative: null });
  });

  it('refuses what cannot be', async () => {
    const { eventId } = await openSale(organiser, { rows: 1, seatsInRow: 20 });
    const tooMany = {
      status: 422,
      code: 'TOO_MANY_SEATS',
      message: 'At most 10 seats can be reserved at once',
    };
    expectRefusal(await find(eventId, { party_size: 11 }), tooMany);
    expectRefusal(await take('ann', eventId, { party_size: 11 }), tooMany);
    for (const wish of [
      { party_size: 0 },
      {},
      { party_size: 2, seat_type: 'BOX' },
      { party_size: 2, max_price: 'x' },
    ])
      expectRefusal(await find(eventId, wish), { status: 422, code: 'VALIDATION_FAILED' });
    expectRefusal(await find(999_999_999, { party_size: 1 }), { status: 404, code: 'EVENT_NOT_FOUND' });
    const { event_id } = await createEvent(organiser);
    await addSeats(organiser, event_id, seatInputs({ rows: 1, seatsInRow: 2 }));
    expectRefusal(await take('ann', event_id, { party_size: 1 }), { status: 409, code: 'SALE_NOT_OPEN' });
  });

  it('fills a hall with pairs: no seat twice, none left over', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 4, seatsInRow: 10 });
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) => take(`pair-${index}`, eventId, { party_size: 2 })),
    );
    const held = answers.flatMap((answer) =>
      answer.status === 201 ? answer.body.reservations.map((each) => each.seats[0]?.seat_id) : [],
    );
    expect(new Set(held)).toEqual(new Set(seatIds));
    expect(held).toHaveLength(seatIds.length);
    for (const answer of answers.filter((each) => each.status !== 201))
      expectRefusal(answer, { status: 409, code: 'NO_ADJACENT_SEATS' });
  });
});
