import { describe, expect, it } from 'vitest';
import type { EventDetail, EventInput, EventPage, EventView } from '../../src/contract/event.ts';
import type { SeatView } from '../../src/contract/seat.ts';
import { bodyOf, expectRefusal } from './client.ts';
import { buy, createEvent, DATE_TIME, eventInput, openSale, secondsOf, startSale, tryHold } from './sale.ts';
import { sharedProgram } from './shared-program.ts';

const { anyone, organiser } = sharedProgram();

const EVENT_KEYS = [
  ...['event_id', 'event_name', 'event_date', 'venue_name', 'total_seats', 'available_seats', 'status'],
  ...['sale_start_time', 'created_at', 'currency', 'claim_strategy', 'inventory', 'capacity'],
  ...['hold_seconds', 'max_seats_per_user', 'series_id', 'admission', 'cancellation_deadline'],
].sort();

describe('POST /api/v1/events', () => {
  it('creates an event that is upcoming, with every field as it was asked for', async () => {
    const before = Date.now() / 1000;
    const answer = await organiser.post<EventView>('/api/v1/events', {
      event_name: '겨울 콘서트',
      event_date: '2027-12-24T19:00:00+09:00',
      venue_name: 'Arena',
      total_seats: 3,
      sale_start_time: '2027-12-01T00:00:00',
      currency: 'KRW',
      hold_seconds: 90,
      max_seats_per_user: 4,
      cancellation_deadline: '2027-12-20T00:00:00',
    });
    const event = bodyOf(answer, 201);
    expect(Object.keys(event).sort()).toEqual(EVENT_KEYS);
    expect(event).toMatchObject({
      event_name: '겨울 콘서트',
      event_date: '2027-12-24T10:00:00',
      venue_name: 'Arena',
      total_seats: 3,
      available_seats: 3,
      status: 'UPCOMING',
      sale_start_time: '2027-12-01T00:00:00',
      currency: 'KRW',
      claim_strategy: 'atomic',
      inventory: 'seated',
      capacity: null,
      hold_seconds: 90,
      max_seats_per_user: 4,
      series_id: null,
      admission: { mode: 'open' },
      cancellation_deadline: '2027-12-20T00:00:00',
    });
    expect(event.created_at).toMatch(DATE_TIME);
    // Whole seconds, cut off.
    expect(secondsOf(event.created_at)).toBeGreaterThanOrEqual(before - 1);
    expect(secondsOf(event.created_at)).toBeLessThanOrEqual(Date.now() / 1000);
    expect(Number.isSafeInteger(event.event_id)).toBe(true);
  });

  it('fills what was not said', async () => {
    const event = await createEvent(organiser);
    expect(event).toMatchObject({
      venue_name: null,
      sale_start_time: null,
      currency: 'USD',
      hold_seconds: 600,
      max_seats_per_user: 20,
      cancellation_deadline: null,
    });
  });

  it.each<[string, object]>([
    ['no name', { event_name: undefined }],
    ['an empty name', { event_name: '' }],
    ['a name of 256', { event_name: 'x'.repeat(256) }],
    ['no date', { event_date: undefined }],
    ['no such day', { event_date: '2027-02-30T10:00:00' }],
    ['a date in words', { event_date: 'tomorrow' }],
    ['a venue of 256', { venue_name: 'x'.repeat(256) }],
    ['no seats', { total_seats: 0 }],
    ['half a seat', { total_seats: 1.5 }],
    ['seats as text', { total_seats: '10' }],
    ['a currency in small letters', { currency: 'usd' }],
  ])('refuses %s with the field at fault', async (_, change) => {
    const answer = await organiser.post('/api/v1/events', { ...eventInput(), ...change });
    const body = expectRefusal(answer, {
      status: 422,
      code: 'VALIDATION_FAILED',
      message: 'The request has invalid values',
    });
    expect(body.detail).toEqual([{ field: Object.keys(change)[0], message: expect.any(String) }]);
  });

  it('takes names of 1 and of 255', async () => {
    for (const event_name of ['x', 'x'.repeat(255)]) await createEvent(organiser, { event_name });
  });

  it('refuses an unknown field by its name', async () => {
    const answer = await organiser.post('/api/v1/events', { ...eventInput(), price_list: 1 });
    expectRefusal(answer, { status: 422, code: 'UNKNOWN_FIELD', message: 'Unknown field: price_list' });
  });
});

describe('GET /api/v1/events', () => {
  it('shows pages, the newest date first, and filters by status', async () => {
    const dates = ['2031-01-01T00:00:00', '2033-01-01T00:00:00', '2032-01-01T00:00:00'];
    const made: EventView[] = [];
    for (const event_date of dates) made.push(await createEvent(organiser, { event_date }));
    const all = bodyOf(await anyone.get<EventPage>('/api/v1/events?page_size=100'));
    expect(Object.keys(all).sort()).toEqual(['items', 'page', 'page_size', 'total', 'total_pages']);
    const shown = all.items.map((event) => event.event_date);
    expect(shown).toEqual([...shown].sort().reverse());
    expect(all.total).toBe(all.items.length);

    const pages: number[] = [];
    for (let page = 1; page <= all.total; page++) {
      const one = bodyOf(await anyone.get<EventPage>(`/api/v1/events?page=${page}&page_size=1`));
      expect(one).toMatchObject({ page, page_size: 1, total: all.total, total_pages: all.total });
      pages.push(...one.items.map((event) => event.event_id));
    }
    expect(pages).toEqual(all.items.map((event) => event.event_id));
    const beyond = bodyOf(await anyone.get<EventPage>(`/api/v1/events?page=${all.total + 1}&page_size=1`));
    expect(beyond).toMatchObject({ items: [], total: all.total });

    const open = made[0] as EventView;
    await startSale(organiser, open.event_id);
    const onSale = bodyOf(await anyone.get<EventPage>('/api/v1/events?status=ON_SALE&page_size=100'));
    expect(onSale.items.map((event) => event.event_id)).toContain(open.event_id);
    expect(new Set(onSale.items.map((event) => event.status))).toEqual(new Set(['ON_SALE']));
    expect(onSale.total).toBe(onSale.items.length);
    const defaults = bodyOf(await anyone.get<EventPage>('/api/v1/events'));
    expect(defaults).toMatchObject({ page: 1, page_size: 20 });
  });

  it.each(['page=0', 'page=x', 'page_size=0', 'page_size=101', 'status=OPEN'])(
    'refuses %s',
    async (query) => {
      const answer = await anyone.get(`/api/v1/events?${query}`);
      expectRefusal(answer, { status: 422, code: 'VALIDATION_FAILED' });
    },
  );

  it('refuses an unknown filter by its name', async () => {
    const answer = await anyone.get('/api/v1/events?venue=x');
    expectRefusal(answer, { status: 422, code: 'UNKNOWN_FIELD', message: 'Unknown field: venue' });
  });
});

describe('GET and PATCH /api/v1/events/{id}', () => {
  it('counts seats as they stand', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 5 });
    bodyOf(await tryHold(anyone, 'ann', eventId, seatIds.slice(0, 2)), 201);
    await buy(anyone, 'bob', eventId, seatIds.slice(2, 3));
    const detail = bodyOf(await anyone.get<EventDetail>(`/api/v1/events/${eventId}`));
    const counts = ['available_seat_count', 'reserved_seat_count', 'booked_seat_count'];
    expect(Object.keys(detail).sort()).toEqual([...EVENT_KEYS, ...counts].sort());
    expect(detail).toMatchObject({
      available_seat_count: 2,
      reserved_seat_count: 2,
      booked_seat_count: 1,
      available_seats: 2,
      total_seats: 5,
    });
  });

  it('knows an event only by a whole number', async () => {
    const refusal = { status: 404, code: 'EVENT_NOT_FOUND', message: 'Event not found' };
    expectRefusal(await anyone.get('/api/v1/events/999999999'), refusal);
    expectRefusal(await organiser.patch('/api/v1/events/999999999', { event_name: 'x' }), refusal);
    expectRefusal(await organiser.post('/api/v1/events/999999999/start-sale'), refusal);
    for (const id of ['abc', '1.5', '0', '-1', '9007199254740993', '1e3'])
      expectRefusal(await anyone.get(`/api/v1/events/${id}`), { status: 422, code: 'VALIDATION_FAILED' });
  });

  it('changes what it is asked to change, and nothing else', async () => {
    const before = await createEvent(organiser, { venue_name: 'Arena' });
    const path = `/api/v1/events/${before.event_id}`;
    const change = { event_name: 'Summer', event_date: '2028-01-01T00:00:00Z', sale_start_time: null };
    const after = bodyOf(await organiser.patch<EventView>(path, change));
    expect(after).toEqual({
      ...before,
      event_name: 'Summer',
      event_date: '2028-01-01T00:00:00',
      sale_start_time: null,
    });
    const cleared = bodyOf(await organiser.patch<EventView>(path, { venue_name: null }));
    expect(cleared.venue_name).toBeNull();
    expectRefusal(await organiser.patch(path, { total_seats: 1 }), { status: 422, code: 'UNKNOWN_FIELD' });
    expect(bodyOf(await organiser.patch(path, {}))).toEqual(cleared);
  });
});

describe('capacity events', () => {
  const general: Partial<EventInput> = { inventory: 'capacity', capacity: 5, total_seats: 5, price: '20.00' };

  it('sell unnumbered seats, any free one, until none is left', async () => {
    const event = await createEvent(organiser, general);
    expect(event).toMatchObject({ inventory: 'capacity', capacity: 5, total_seats: 5, available_seats: 5 });
    await startSale(organiser, event.event_id);
    const path = `/api/v1/events/${event.event_id}/best-available`;
    const ask = (userId: string, party_size: number) =>
      anyone.as(userId).post<{ reservations: unknown[]; total_amount: number }>(path, {
        party_size,
        hold: true,
        user_id: userId,
      });
    expect(bodyOf(await ask('ann', 3), 201)).toMatchObject({ total_amount: 60 });
    expect(bodyOf(await ask('bob', 2), 201).reservations).toHaveLength(2);
    expectRefusal(await ask('cid', 1), { status: 409, code: 'NO_ADJACENT_SEATS' });
    const detail = bodyOf(await anyone.get<EventDetail>(`/api/v1/events/${event.event_id}`));
    expect(detail).toMatchObject({ available_seats: 0, reserved_seat_count: 5, status: 'ON_SALE' });
  });

  it('refuse prices and capacities where they mean nothing', async () => {
    for (const extra of [{ capacity: 5 }, { price: '1.00' }]) {
      const answer = await organiser.post('/api/v1/events', eventInput(extra));
      expectRefusal(answer, { status: 422, code: 'VALIDATION_FAILED' });
    }
  });
});

describe('prices and currencies', () => {
  it('a price in won is whole', async () => {
    const { event_id } = await createEvent(organiser, { currency: 'KRW' });
    const path = `/api/v1/events/${event_id}/seats`;
    expectRefusal(await organiser.post(path, [{ seat_number: 'A1', price: '100.50' }]), {
      status: 422,
      code: 'PRICE_NOT_IN_CURRENCY',
      message: 'The price does not suit the currency KRW',
    });
    const [seat] = bodyOf(await organiser.post<SeatView[]>(path, [{ seat_number: 'A1', price: 90000 }]), 201);
    expect(seat?.price).toBe('90000.00');
  });
});
