import { beforeAll, describe, expect, it } from 'vitest';
import type { EventView } from '../../src/contract/event.ts';
import type { SeatAvailability, SeatView } from '../../src/contract/seat.ts';
import { bodyOf, expectRefusal } from './client.ts';
import {
  addSeats,
  book,
  buy,
  createEvent,
  DATE_TIME,
  hold,
  type OpenSale,
  openSale,
  seatInputs,
  tryHold,
} from './sale.ts';
import { sharedProgram } from './shared-program.ts';

const { anyone, organiser } = sharedProgram();

const SEAT_KEYS = [
  ...['seat_id', 'event_id', 'seat_number', 'section', 'row_number', 'seat_type', 'price', 'status'],
  ...['reserved_until', 'created_at', 'x', 'y'],
].sort();

describe('POST /api/v1/events/{id}/seats', () => {
  it('makes the seats as they were described, in the order in which they came', async () => {
    const { event_id } = await createEvent(organiser);
    const described = [
      {
        seat_number: 'V1',
        section: 'Balcony',
        row_number: 'V',
        seat_type: 'VIP',
        price: '99.9',
        x: 1.5,
        y: -2,
      },
      { seat_number: 'A1', price: 100.5 },
      { seat_number: 'A2', section: null, row_number: null, price: '1', status: 'BLOCKED' },
    ] as const;
    const seats = await addSeats(organiser, event_id, [...described]);
    for (const seat of seats) expect(Object.keys(seat).sort()).toEqual(SEAT_KEYS);
    expect(seats.map(({ seat_id, created_at, ...shown }) => shown)).toEqual([
      {
        event_id,
        seat_number: 'V1',
        section: 'Balcony',
        row_number: 'V',
        seat_type: 'VIP',
        price: '99.90',
        status: 'AVAILABLE',
        reserved_until: null,
        x: 1.5,
        y: -2,
      },
      {
        event_id,
        seat_number: 'A1',
        section: null,
        row_number: null,
        seat_type: 'REGULAR',
        price: '100.50',
        status: 'AVAILABLE',
        reserved_until: null,
        x: null,
        y: null,
      },
      {
        event_id,
        seat_number: 'A2',
        section: null,
        row_number: null,
        seat_type: 'REGULAR',
        price: '1.00',
        status: 'BLOCKED',
        reserved_until: null,
        x: null,
        y: null,
      },
    ]);
    for (const seat of seats) expect(seat.created_at).toMatch(DATE_TIME);
  });

  it('makes all of them or none', async () => {
    const { event_id } = await createEvent(organiser);
    await addSeats(organiser, event_id, [{ seat_number: 'A1', price: '1' }]);
    const taken = { status: 409, code: 'SEAT_NUMBER_TAKEN', message: 'Seat number already exists: A1' };
    const path = `/api/v1/events/${event_id}/seats`;
    const again = ['A2', 'A1'].map((seat_number) => ({ seat_number, price: '1' }));
    expectRefusal(await organiser.post(path, again), taken);
    const twice = ['A3', 'A3'].map((seat_number) => ({ seat_number, price: '1' }));
    expectRefusal(await organiser.post(path, twice), { status: 409, code: 'SEAT_NUMBER_TAKEN' });
    const seats = bodyOf(await anyone.get<SeatView[]>(path));
    expect(seats.map((seat) => seat.seat_number)).toEqual(['A1']);
  });

  it('raises total_seats when there are more', async () => {
    const { event_id } = await createEvent(organiser, { total_seats: 2 });
    await addSeats(organiser, event_id, seatInputs({ rows: 1, seatsInRow: 2 }));
    const more = [{ seat_number: 'B1', price: '1' }];
    await addSeats(organiser, event_id, more);
    const event = bodyOf(await anyone.get<EventView>(`/api/v1/events/${event_id}`));
    expect(event).toMatchObject({ total_seats: 3, available_seats: 3 });
  });

  it('adds to a sale that is under way, and disturbs no hold', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 2 });
    await hold(anyone, 'ann', eventId, [seatIds[0] as number]);
    const [added] = await addSeats(organiser, eventId, [{ seat_number: 'Z1', price: '1' }]);
    await hold(anyone, 'bob', eventId, [(added as SeatView).seat_id]);
    expectRefusal(await tryHold(anyone, 'bob', eventId, [seatIds[0] as number]), {
      status: 409,
      code: 'SEATS_TAKEN',
      message: 'Seats not available: A1',
    });
  });

  it.each<[string, object]>([
    ['no number', { seat_number: undefined }],
    ['an empty number', { seat_number: '' }],
    ['a number of 21', { seat_number: 'x'.repeat(21) }],
    ['a section of 51', { section: 'x'.repeat(51) }],
    ['a row of 11', { row_number: 'x'.repeat(11) }],
    ['an unknown type', { seat_type: 'BOX' }],
    ['no price', { price: undefined }],
    ['a price of nothing', { price: '0.00' }],
    ['a price of zero', { price: 0 }],
    ['a price below zero', { price: '-1' }],
    ['a third decimal', { price: '1.005' }],
    ['a third decimal in a number', { price: 1.005 }],
    ['a price in words', { price: 'free' }],
  ])('refuses %s', async (_, change) => {
    const { event_id } = await createEvent(organiser);
    const seats = [{ seat_number: 'A1', price: '1', ...change }];
    const answer = await organiser.post(`/api/v1/events/${event_id}/seats`, seats);
    expectRefusal(answer, { status: 422, code: 'VALIDATION_FAILED' });
    expect(bodyOf(await anyone.get(`/api/v1/events/${event_id}/seats`))).toEqual([]);
  });

  it('refuses an empty array, an object, and an unknown event', async () => {
    const { event_id } = await createEvent(organiser);
    for (const body of [[], { seats: [] }]) {
      const answer = await organiser.post(`/api/v1/events/${event_id}/seats`, body);
      expectRefusal(answer, { status: 422, code: 'VALIDATION_FAILED' });
    }
    const seats = [{ seat_number: 'A1', price: '1' }];
    expectRefusal(await organiser.post('/api/v1/events/999999999/seats', seats), {
      status: 404,
      code: 'EVENT_NOT_FOUND',
      message: 'Event not found',
    });
  });
});

describe('GET /api/v1/events/{id}/seats', () => {
  const placed = (seat_number: string, section: string, row_number: string) => ({
    seat_number,
    section,
    row_number,
    price: '1.00',
  });
  let eventId: number;
  beforeAll(async () => {
    eventId = (await createEvent(organiser)).event_id;
    await addSeats(organiser, eventId, [
      placed('A10', 'Floor', 'A'),
      placed('A2', 'Floor', 'A'),
      placed('10-1', 'Floor', '10'),
      placed('2-1', 'Floor', '2'),
      placed('C1', 'Balcony', 'C'),
      placed('A1', 'Floor', 'A'),
    ]);
  });
  const numbers = async (query: string) =>
    bodyOf(await anyone.get<SeatView[]>(`/api/v1/events/${eventId}/seats${query}`)).map(
      (seat) => seat.seat_number,
    );

  it('orders by section, row and number as people count', async () => {
    expect(await numbers('')).toEqual(['C1', '2-1', '10-1', 'A1', 'A2', 'A10']);
  });

  it('filters by section and by status', async () => {
    expect(await numbers('?section=Balcony')).toEqual(['C1']);
    expect(await numbers('?section=Nowhere')).toEqual([]);
    expect(await numbers('?status=AVAILABLE&section=Balcony')).toEqual(['C1']);
    expect(await numbers('?status=BOOKED')).toEqual([]);
  });

  it('refuses a status that there is not, and an event that there is not', async () => {
    expectRefusal(await anyone.get(`/api/v1/events/${eventId}/seats?status=FREE`), {
      status: 400,
      code: 'INVALID_STATUS',
      message: 'Invalid status: FREE',
    });
    const missing = { status: 404, code: 'EVENT_NOT_FOUND', message: 'Event not found' };
    for (const path of ['seats', 'seats/available', 'map', 'map/events'])
      expectRefusal(await anyone.get(`/api/v1/events/999999999/${path}`), missing);
  });

  it('shows the four states, and until when a seat is reserved', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 5 });
    const held = await hold(anyone, 'ann', eventId, [seatIds[0] as number]);
    await book(anyone, 'bob', eventId, [seatIds[1] as number]);
    await buy(anyone, 'cid', eventId, [seatIds[2] as number]);
    bodyOf(await organiser.post(`/api/v1/events/${eventId}/seats/block`, { seat_ids: [seatIds[3]] }));
    const path = `/api/v1/events/${eventId}/seats`;
    const seats = bodyOf(await anyone.get<SeatView[]>(path));
    expect(seats.map((seat) => [seat.seat_number, seat.status, seat.reserved_until])).toEqual([
      ['A1', 'RESERVED', held.expires_at],
      ['A2', 'BOOKED', null],
      ['A3', 'BOOKED', null],
      ['A4', 'BLOCKED', null],
      ['A5', 'AVAILABLE', null],
    ]);
    for (const seat of seats) expect(Object.keys(seat).sort()).toEqual(SEAT_KEYS);

    const free = bodyOf(await anyone.get<SeatAvailability[]>(`${path}/available`));
    expect(free).toEqual([
      {
        seat_id: seatIds[4],
        seat_number: 'A5',
        section: 'Floor',
        seat_type: 'REGULAR',
        price: '100.50',
        is_available: true,
        status: 'AVAILABLE',
      },
    ]);
  });
});

describe('seats by their ids', () => {
  let sale: OpenSale;
  beforeAll(async () => {
    sale = await openSale(organiser, { rows: 1, seatsInRow: 3 });
    await hold(anyone, 'ann', sale.eventId, [sale.seatIds[0] as number]);
  });

  it('one', async () => {
    const [first] = sale.seats;
    const seat = bodyOf(await anyone.get<SeatView>(`/api/v1/seats/${first?.seat_id}`));
    expect(seat).toEqual({ ...first, status: 'RESERVED', reserved_until: expect.stringMatching(DATE_TIME) });
    expectRefusal(await anyone.get('/api/v1/seats/999999999'), {
      status: 404,
      code: 'SEAT_NOT_FOUND',
      message: 'Seat not found',
    });
    expectRefusal(await anyone.get('/api/v1/seats/abc'), { status: 422, code: 'VALIDATION_FAILED' });
  });

  it('several', async () => {
    const ids = sale.seatIds.join(',');
    const seats = bodyOf(await anyone.get<SeatView[]>(`/api/v1/seats?seat_ids=${ids}`));
    expect(seats.map((seat) => seat.seat_id)).toEqual(sale.seatIds);
    for (const wrong of ['1,x', '', 'abc', '1,,2', '1.5'])
      expectRefusal(await anyone.get(`/api/v1/seats?seat_ids=${wrong}`), {
        status: 400,
        code: 'INVALID_SEAT_IDS',
        message: 'Invalid seat IDs format',
      });
  });

  it('whether they are free', async () => {
    const [held, free, other] = sale.seatIds as [number, number, number];
    const check = (ids: unknown) => anyone.post<unknown>('/api/v1/seats/check-availability', ids);
    expect(bodyOf(await check([held, free, 999_999_999]))).toEqual({
      all_available: false,
      seats: {
        [held]: { seat_number: 'A1', status: 'RESERVED', is_available: false },
        [free]: { seat_number: 'A2', status: 'AVAILABLE', is_available: true },
        999999999: { seat_number: null, status: 'NOT_FOUND', is_available: false },
      },
    });
    expect(bodyOf(await check([free, other]))).toMatchObject({ all_available: true });
    for (const wrong of [{ seat_ids: [free] }, ['1'], [], 'x'])
      expectRefusal(await check(wrong), { status: 422, code: 'VALIDATION_FAILED' });
  });
});
