import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { BookingView } from '../../src/contract/booking.ts';
import type { EventDetail } from '../../src/contract/event.ts';
import type { ReservationView } from '../../src/contract/reservation.ts';
import { bodyOf, clientOf, expectRefusal, organiserOf } from './client.ts';
import { eventually } from './eventually.ts';
import { freshFolder, startProgram } from './program.ts';
import { book, hold, openSale, secondsOf, statusOfSeat, tryBook, tryHold, tryPay } from './sale.ts';
import { sharedProgram } from './shared-program.ts';

const HOLD_SECONDS = 3;
/** Seconds longer, so that on a busy machine, too, one moment is seen before the other. */
const LONGEST_HOLD_SECONDS = 10;
const PAYMENT_SECONDS = 9;
/** Of a program of its own, whose buyers hold and book before it ends. */
const SHORT_SECONDS = 3;

const { anyone, organiser } = sharedProgram({
  RESERVATION_TIMEOUT_SECONDS: String(HOLD_SECONDS),
  MAX_HOLD_TOTAL_SECONDS: String(LONGEST_HOLD_SECONDS),
  PAYMENT_DEADLINE_SECONDS: String(PAYMENT_SECONDS),
  HOLD_CHURN_MAX: '2',
});

const idOf = (held: { reservations: ReservationView[] }) => held.reservations[0]?.reservation_id as number;

/** Free by itself, and not before the moment that the buyer was told (whole seconds: it may be cut by one). */
async function freedAt(seat: number, promised: string): Promise<void> {
  await eventually(() => statusOfSeat(anyone, seat), 'AVAILABLE');
  expect(Date.now() / 1000).toBeGreaterThanOrEqual(secondsOf(promised));
}

describe.concurrent('a hold that lapses', () => {
  it('frees its seat by itself, at its time', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const held = await hold(anyone, 'lapse-1', eventId, seatIds);
    await freedAt(seatIds[0] as number, held.expires_at);
    const detail = bodyOf(await anyone.get<EventDetail>(`/api/v1/events/${eventId}`));
    expect(detail).toMatchObject({ available_seat_count: 1, reserved_seat_count: 0 });
    await hold(anyone, 'next', eventId, seatIds);
  });

  it('was his and is over: 410, and 404 for anybody else', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const held = await hold(anyone, 'lapse-2', eventId, seatIds);
    await freedAt(seatIds[0] as number, held.expires_at);
    const path = `/api/v1/reservations/${idOf(held)}`;
    const over = { status: 410, code: 'RESERVATION_EXPIRED', message: 'The reservation has expired' };
    expectRefusal(await anyone.as('lapse-2').post(`${path}/extend`), over);
    expectRefusal(await anyone.as('lapse-2').delete(path), over);
    expectRefusal(await tryBook(anyone, 'lapse-2', eventId, seatIds), over);
    const missing = { status: 404, code: 'RESERVATION_NOT_FOUND' };
    expectRefusal(await anyone.as('stranger').post(`${path}/extend`), missing);
    expectRefusal(await anyone.as('stranger').delete(path), missing);
    const shown = bodyOf(await anyone.as('lapse-2').get<ReservationView>(path));
    expect(shown.status).toBe('EXPIRED');
    const list = bodyOf(await anyone.as('lapse-2').get<ReservationView[]>('/api/v1/reservations'));
    expect(list).toEqual([]);
  });

  it('can be kept longer, up to the limit of all extensions', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const held = await hold(anyone, 'keeper', eventId, seatIds);
    const made = secondsOf(held.reservations[0]?.created_at as string);
    const path = `/api/v1/reservations/${idOf(held)}/extend`;
    const extended = bodyOf(
      await anyone.as('keeper').post<ReservationView>(path, { additional_minutes: 15 }),
    );
    expect(secondsOf(extended.expires_at) - made).toBe(LONGEST_HOLD_SECONDS);
    expectRefusal(await anyone.as('keeper').post(path, { additional_minutes: 1 }), {
      status: 409,
      code: 'EXTENSION_LIMIT',
      message: 'The reservation cannot be extended any further',
    });
    await delay((HOLD_SECONDS + 0.5) * 1_000);
    expect(await statusOfSeat(anyone, seatIds[0] as number)).toBe('RESERVED');
    await freedAt(seatIds[0] as number, extended.expires_at);
  });

  it('again and again: the buyer waits, 429 with Retry-After, and nobody else does', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 2 });
    await hold(anyone, 'churner', eventId, seatIds.slice(0, 1));
    await delay(20);
    const held = await hold(anyone, 'churner', eventId, seatIds.slice(1));
    await freedAt(seatIds[1] as number, held.expires_at);
    const answer = await tryHold(anyone, 'churner', eventId, seatIds.slice(0, 1));
    expectRefusal(answer, {
      status: 429,
      code: 'HOLD_CHURN',
      message: 'Too many of your holds have lapsed; wait before holding again',
    });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(500);
    expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(600);
    await hold(anyone, 'patient', eventId, seatIds);
    const other = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    await hold(anyone, 'churner', other.eventId, other.seatIds);
  });
});

describe.concurrent('a booking that nobody pays', () => {
  it('fails at its deadline, and its seats are free again', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const booking = await book(anyone, 'payer-1', eventId, seatIds);
    expect(secondsOf(booking.payment_deadline) - secondsOf(booking.created_at)).toBe(PAYMENT_SECONDS);
    await freedAt(seatIds[0] as number, booking.payment_deadline);
    const path = `/api/v1/bookings/${booking.booking_id}`;
    const shown = bodyOf(await anyone.as('payer-1').get<BookingView>(path));
    expect(shown).toMatchObject({ status: 'FAILED', payment_status: 'FAILED', confirmed_at: null });
    expectRefusal(await tryPay(anyone, 'payer-1', booking.booking_id), {
      status: 410,
      code: 'PAYMENT_DEADLINE_PASSED',
      message: 'The payment deadline has passed and the seats are free again',
    });
    expectRefusal(await anyone.as('payer-1').post(`${path}/cancel`, {}), {
      status: 409,
      code: 'BOOKING_NOT_CANCELLABLE',
      message: 'The booking cannot be cancelled',
    });
    await hold(anyone, 'next', eventId, seatIds);
  });

  it('keeps its seats past the end of the hold, until its own deadline', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    await hold(anyone, 'payer-2', eventId, seatIds);
    const booking = bodyOf(await tryBook(anyone, 'payer-2', eventId, seatIds), 201);
    await delay((HOLD_SECONDS + 0.5) * 1_000);
    expect(bodyOf(await tryPay(anyone, 'payer-2', booking.booking_id)).status).toBe('CONFIRMED');
  });
});

describe.concurrent('deadlines and a restart', () => {
  it('what lapses while nobody runs is free right after the start', async () => {
    const env = {
      RESERVATION_TIMEOUT_SECONDS: String(SHORT_SECONDS),
      MAX_HOLD_TOTAL_SECONDS: String(SHORT_SECONDS),
      PAYMENT_DEADLINE_SECONDS: String(SHORT_SECONDS),
    };
    const dataDir = freshFolder();
    const first = await startProgram({ env, dataDir });
    const { eventId, seatIds } = await openSale(organiserOf(first), { rows: 1, seatsInRow: 3 });
    const booking = await book(clientOf(first), 'ann', eventId, seatIds.slice(0, 1));
    await hold(clientOf(first), 'bob', eventId, seatIds.slice(1, 2));
    await first.stop();
    await delay((SHORT_SECONDS + 0.2) * 1_000);
    const second = await startProgram({ env, dataDir });
    try {
      const asked = clientOf(second);
      for (const seat of seatIds) await eventually(() => statusOfSeat(asked, seat), 'AVAILABLE');
      const path = `/api/v1/bookings/${booking.booking_id}`;
      expect(bodyOf(await asked.as('ann').get<BookingView>(path)).status).toBe('FAILED');
    } finally {
      await second.stop();
      rmSync(dataDir, { recursive: true });
    }
  });
});
