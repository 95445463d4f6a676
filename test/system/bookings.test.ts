import { describe, expect, it } from 'vitest';
import type { BookingDetail, BookingView } from '../../src/contract/booking.ts';
import { bodyOf, clientOf, expectRefusal, organiserOf } from './client.ts';
import { startProgram } from './program.ts';
import {
  book,
  buy,
  DATE_TIME,
  hold,
  openSale,
  secondsOf,
  statusOfSeat,
  tryBook,
  tryHold,
  tryPay,
} from './sale.ts';
import { sharedProgram } from './shared-program.ts';

const { anyone, organiser } = sharedProgram();

const KEYS = [
  ...['booking_id', 'event_id', 'user_id', 'total_amount', 'status', 'payment_status', 'booking_reference'],
  ...['created_at', 'confirmed_at', 'seats', 'payment_deadline', 'currency'],
].sort();
const DETAIL_KEYS = [...KEYS, 'event_name', 'venue_name', 'event_date'].sort();
const REFERENCE = /^BK-[0-9A-HJKMNP-TV-Z]{26}$/;

describe('POST /api/v1/bookings', () => {
  it('books held seats: pending until they are paid for', async () => {
    const { eventId, seats, seatIds } = await openSale(organiser, {
      rows: 1,
      seatsInRow: 2,
      price: '100.55',
    });
    await hold(anyone, 'ann', eventId, seatIds);
    const booking = bodyOf(await tryBook(anyone, 'ann', eventId, seatIds), 201);
    expect(Object.keys(booking).sort()).toEqual(KEYS);
    expect(booking).toMatchObject({
      event_id: eventId,
      user_id: 'ann',
      total_amount: '201.10',
      status: 'PENDING',
      payment_status: 'PENDING',
      booking_reference: expect.stringMatching(REFERENCE),
      created_at: expect.stringMatching(DATE_TIME),
      confirmed_at: null,
      currency: 'USD',
      seats: seats.map((seat) => ({ ...seat, status: 'BOOKED' })),
    });
    expect(secondsOf(booking.payment_deadline) - secondsOf(booking.created_at)).toBe(600);
    for (const seat of seatIds) expect(await statusOfSeat(anyone, seat)).toBe('BOOKED');
  });

  it('books only what the buyer holds, all or none', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 3 });
    const [first, second, third] = seatIds as [number, number, number];
    await hold(anyone, 'ann', eventId, [first]);
    await hold(anyone, 'bob', eventId, [second]);
    const ask = (seat_ids: number[], more: object = {}) =>
      anyone.as('ann').post('/api/v1/bookings', { event_id: eventId, user_id: 'ann', seat_ids, ...more });
    const cases: [unknown[], number, string, string][] = [
      [[[first, third]], 409, 'SEAT_NOT_RESERVED', 'Seat A3 is not reserved'],
      [[[first, second]], 409, 'SEAT_NOT_YOURS', 'Seat A2 is not reserved by you'],
      [[[first, first]], 422, 'DUPLICATE_SEAT_IDS', 'A seat is named more than once'],
      [
        [[first], { user_id: 'bob' }],
        403,
        'USER_MISMATCH',
        'The user named in the request is not the one who sends it',
      ],
      [[[first], { price: 1 }], 422, 'UNKNOWN_FIELD', 'Unknown field: price'],
      [[[first], { event_id: 999_999_999 }], 404, 'EVENT_NOT_FOUND', 'Event not found'],
      [[[]], 422, 'VALIDATION_FAILED', 'The request has invalid values'],
    ];
    for (const [args, status, code, message] of cases)
      expectRefusal(await ask(...(args as [number[], object])), { status, code, message });
    expect(await statusOfSeat(anyone, first)).toBe('RESERVED');
    bodyOf(await ask([first]), 201);
    expectRefusal(await ask([first]), {
      status: 409,
      code: 'SEAT_NOT_RESERVED',
      message: 'Seat A1 is not reserved',
    });
  });
});

describe('reading bookings', () => {
  it('lists the own ones, newest first, and by status', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 3 });
    const [first, second, third] = seatIds as [number, number, number];
    const user = 'reader';
    const pending = await book(anyone, user, eventId, [first]);
    const confirmed = await buy(anyone, user, eventId, [second]);
    const bought = await buy(anyone, user, eventId, [third]);
    const cancelled = bodyOf(
      await anyone.as(user).post<BookingView>(`/api/v1/bookings/${bought.booking_id}/cancel`, {}),
    );
    const list = async (query: string) =>
      bodyOf(await anyone.as(user).get<BookingView[]>(`/api/v1/bookings${query}`));
    expect(await list('')).toEqual([cancelled, confirmed, pending]);
    expect(await list('?status_filter=PENDING')).toEqual([pending]);
    expect(await list('?status_filter=CONFIRMED')).toEqual([confirmed]);
    expect(await list('?status_filter=CANCELLED')).toEqual([cancelled]);
    expect(await list('?status_filter=FAILED')).toEqual([]);
    expectRefusal(await anyone.as(user).get('/api/v1/bookings?status_filter=PAID'), {
      status: 422,
      code: 'VALIDATION_FAILED',
    });
    expectRefusal(await anyone.get('/api/v1/bookings'), { status: 401, code: 'IDENTITY_REQUIRED' });
  });

  it('shows one by id and by reference, with its event', async () => {
    const { eventId, seatIds } = await openSale(organiser, {
      rows: 1,
      seatsInRow: 1,
      event: { venue_name: 'Arena' },
    });
    const booking = await book(anyone, 'ann', eventId, seatIds);
    const path = `/api/v1/bookings/${booking.booking_id}`;
    const detail = bodyOf(await anyone.as('ann').get<BookingDetail>(path));
    expect(Object.keys(detail).sort()).toEqual(DETAIL_KEYS);
    expect(detail).toEqual({
      ...booking,
      event_name: 'Winter Concert',
      venue_name: 'Arena',
      event_date: '2027-12-24T19:00:00',
    });
    const byReference = `/api/v1/bookings/reference/${booking.booking_reference}`;
    expect(bodyOf(await anyone.as('ann').get(byReference))).toEqual(detail);
    const missing = { status: 404, code: 'BOOKING_NOT_FOUND', message: 'Booking not found' };
    for (const wrong of [path, byReference]) expectRefusal(await anyone.as('bob').get(wrong), missing);
    expectRefusal(await anyone.as('ann').get('/api/v1/bookings/999999999'), missing);
    expectRefusal(await anyone.as('ann').get('/api/v1/bookings/reference/BK-NONE'), missing);
  });
});

describe('POST /api/v1/bookings/{id}/confirm-payment', () => {
  it('confirms, and answers the same payment with the same answer', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const booking = await book(anyone, 'ann', eventId, seatIds);
    const answer = await tryPay(anyone, 'ann', booking.booking_id, 'pay_1');
    const confirmed = bodyOf(answer);
    expect(confirmed).toEqual({
      ...booking,
      status: 'CONFIRMED',
      payment_status: 'SUCCESS',
      confirmed_at: expect.stringMatching(DATE_TIME),
    });
    expect((await tryPay(anyone, 'ann', booking.booking_id, 'pay_1')).text).toBe(answer.text);
    expectRefusal(await tryPay(anyone, 'ann', booking.booking_id, 'pay_2'), {
      status: 409,
      code: 'BOOKING_NOT_PENDING',
      message: 'The booking is not pending',
    });
  });

  it('takes only the own booking, named twice', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const { booking_id } = await book(anyone, 'ann', eventId, seatIds);
    const missing = { status: 404, code: 'BOOKING_NOT_FOUND', message: 'Booking not found' };
    expectRefusal(await tryPay(anyone, 'bob', booking_id), missing);
    expectRefusal(await tryPay(anyone, 'ann', 999_999_999), missing);
    const path = `/api/v1/bookings/${booking_id}/confirm-payment`;
    for (const body of [
      { booking_id: booking_id + 1, payment_id: 'p' },
      { booking_id, payment_id: '' },
      { booking_id, payment_id: 'x'.repeat(101) },
      { booking_id },
    ])
      expectRefusal(await anyone.as('ann').post(path, body), { status: 422, code: 'VALIDATION_FAILED' });
    bodyOf(await tryPay(anyone, 'ann', booking_id, 'x'.repeat(100)));
  });
});

describe('POST /api/v1/bookings/{id}/cancel', () => {
  const cancel = (user: string, id: number, body: unknown = {}) =>
    anyone.as(user).post<BookingView>(`/api/v1/bookings/${id}/cancel`, body);

  it('ends a pending booking and frees its seats', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const booking = await book(anyone, 'ann', eventId, seatIds);
    expectRefusal(await cancel('bob', booking.booking_id), { status: 404, code: 'BOOKING_NOT_FOUND' });
    const cancelled = bodyOf(await cancel('ann', booking.booking_id, { reason: 'changed my mind' }));
    expect(cancelled).toMatchObject({ booking_id: booking.booking_id, status: 'CANCELLED' });
    expect(Object.keys(cancelled).sort()).toEqual(KEYS);
    expect(await statusOfSeat(anyone, seatIds[0] as number)).toBe('AVAILABLE');
    // The contract does not say what a second cancellation is; we take it for a lost answer to the first.
    expect(bodyOf(await cancel('ann', booking.booking_id))).toEqual(cancelled);
    expectRefusal(await tryPay(anyone, 'ann', booking.booking_id), {
      status: 409,
      code: 'BOOKING_NOT_PENDING',
    });
  });

  it('refunds a confirmed booking and frees its seats for the next', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 2 });
    const booking = await buy(anyone, 'ann', eventId, seatIds);
    const cancelled = bodyOf(await cancel('ann', booking.booking_id));
    expect(cancelled).toMatchObject({
      status: 'CANCELLED',
      payment_status: 'REFUNDED',
      total_amount: '201.00',
      confirmed_at: booking.confirmed_at,
    });
    expect(bodyOf(await anyone.as('ann').get(`/api/v1/bookings/${booking.booking_id}`))).toMatchObject({
      ...cancelled,
    });
    await buy(anyone, 'bob', eventId, seatIds);
  });

  it('takes a reason of up to 500', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const { booking_id } = await book(anyone, 'ann', eventId, seatIds);
    const tooLong = await cancel('ann', booking_id, { reason: 'x'.repeat(501) });
    expectRefusal(tooLong, { status: 422, code: 'VALIDATION_FAILED' });
    bodyOf(await cancel('ann', booking_id, { reason: 'x'.repeat(500) }));
  });
});

describe('declined payments', () => {
  it('leave the booking pending, and another payment may be tried', async () => {
    const poor = await startProgram({ env: { PAYMENT_FAILURE_RATE: '1' } });
    try {
      const asked = clientOf(poor);
      const { eventId, seatIds } = await openSale(organiserOf(poor), { rows: 1, seatsInRow: 1 });
      const { booking_id } = await book(asked, 'ann', eventId, seatIds);
      for (const payment of ['pay_1', 'pay_1', 'pay_2'])
        expectRefusal(await tryPay(asked, 'ann', booking_id, payment), {
          status: 402,
          code: 'PAYMENT_FAILED',
          message: 'The payment was declined',
        });
      const booking = bodyOf(await asked.as('ann').get<BookingView>(`/api/v1/bookings/${booking_id}`));
      expect(booking).toMatchObject({ status: 'PENDING', confirmed_at: null });
      expect(await statusOfSeat(asked, seatIds[0] as number)).toBe('BOOKED');
      expectRefusal(await tryHold(asked, 'bob', eventId, seatIds), { status: 409, code: 'SEATS_TAKEN' });
    } finally {
      await poor.stop();
    }
  });
});
