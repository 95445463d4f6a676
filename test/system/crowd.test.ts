import { describe, expect, it } from 'vitest';
import type { BookingView } from '../../src/contract/booking.ts';
import type { EventDetail } from '../../src/contract/event.ts';
import type { SeatView } from '../../src/contract/seat.ts';
import { type Answer, bodyOf, expectRefusal } from './client.ts';
import { book, hold, openSale, statusOfSeat, tryBook, tryHold, tryPay } from './sale.ts';
import { sharedProgram } from './shared-program.ts';

const { anyone, organiser } = sharedProgram({ SHED_DELAY_MS: '0' });

const BUYERS = Array.from({ length: 300 }, (_, index) => `buyer-${index}`);
const withStatus = (answers: readonly Answer[], status: number) =>
  answers.filter((answer) => answer.status === status);

describe('300 buyers at once', () => {
  it('for one seat: one gets it, 299 are told that it is gone', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const answers = await Promise.all(BUYERS.map((buyer) => tryHold(anyone, buyer, eventId, seatIds)));
    expect(withStatus(answers, 201)).toHaveLength(1);
    const refused = withStatus(answers, 409);
    expect(refused).toHaveLength(299);
    for (const answer of refused)
      expectRefusal(answer, { status: 409, code: 'SEATS_TAKEN', message: 'Seats not available: A1' });
    const winner = BUYERS[answers.findIndex((answer) => answer.status === 201)] as string;
    const [reservation] = bodyOf(await anyone.as(winner).get<{ user_id: string }[]>('/api/v1/reservations'));
    expect(reservation?.user_id).toBe(winner);
  });

  it('for overlapping pairs: no seat in two hands, and nobody holds half of what he asked for', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 40 });
    const pairs = BUYERS.map((_, index) => {
      const first = (index * 7) % 40;
      // Every second buyer names his pair the other way round.
      const pair = [seatIds[first] as number, seatIds[(first + 1) % 40] as number];
      return index % 2 === 0 ? pair : pair.reverse();
    });
    const answers = await Promise.all(
      BUYERS.map((buyer, index) => tryHold(anyone, buyer, eventId, pairs[index] as number[])),
    );
    const held = answers.flatMap((answer, index) =>
      answer.status === 201 ? [pairs[index] as number[]] : [],
    );
    expect(held.length).toBeGreaterThan(0);
    expect(withStatus(answers, 201).length + withStatus(answers, 409).length).toBe(BUYERS.length);
    const taken = held.flat();
    expect(new Set(taken).size).toBe(taken.length);
    const seats = bodyOf(await anyone.get<SeatView[]>(`/api/v1/events/${eventId}/seats?status=RESERVED`));
    expect(seats.map((seat) => seat.seat_id).sort()).toEqual([...taken].sort());
    for (const [index, answer] of answers.entries()) {
      if (answer.status !== 201)
        expect((pairs[index] as number[]).some((seat) => taken.includes(seat))).toBe(true);
    }
  });

  it('through to the money: every seat has one paid booking, and the sums agree', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 2, seatsInRow: 10 });
    const outcomes = await Promise.all(
      BUYERS.map(async (buyer, index) => {
        const seats = [seatIds[index % 20] as number];
        if ((await tryHold(anyone, buyer, eventId, seats)).status !== 201) return undefined;
        const { booking_id } = bodyOf(await tryBook(anyone, buyer, eventId, seats), 201);
        return bodyOf(await tryPay(anyone, buyer, booking_id));
      }),
    );
    const sold = outcomes.filter((booking) => booking !== undefined);
    expect(sold).toHaveLength(20);
    expect(new Set(sold.flatMap((booking) => booking.seats.map((seat) => seat.seat_id))).size).toBe(20);
    const detail = bodyOf(await anyone.get<EventDetail>(`/api/v1/events/${eventId}`));
    expect(detail).toMatchObject({
      status: 'SOLD_OUT',
      available_seat_count: 0,
      reserved_seat_count: 0,
      booked_seat_count: 20,
    });
  });
});

describe('one impatient buyer', () => {
  const CLICKS = 60;

  it('clicks on "hold" again and again: one hold', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const answers = await Promise.all(
      Array.from({ length: CLICKS }, () => tryHold(anyone, 'ann', eventId, seatIds)),
    );
    expect(withStatus(answers, 201)).toHaveLength(1);
    expect(withStatus(answers, 409)).toHaveLength(CLICKS - 1);
  });

  it('clicks on "book" again and again: one booking', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 2 });
    await hold(anyone, 'double', eventId, seatIds);
    const answers = await Promise.all(
      Array.from({ length: CLICKS }, () => tryBook(anyone, 'double', eventId, seatIds)),
    );
    expect(withStatus(answers, 201)).toHaveLength(1);
    expect(withStatus(answers, 409)).toHaveLength(CLICKS - 1);
    expect(bodyOf(await anyone.as('double').get<unknown[]>('/api/v1/bookings'))).toHaveLength(1);
  });

  it('clicks on "pay" again and again: the same payment is one, another is refused', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const { booking_id } = await book(anyone, 'ann', eventId, seatIds);
    const answers = await Promise.all(
      Array.from({ length: CLICKS }, (_, index) => tryPay(anyone, 'ann', booking_id, `pay_${index % 2}`)),
    );
    const paid = withStatus(answers, 200);
    expect(paid).toHaveLength(CLICKS / 2);
    expect(new Set(paid.map((answer) => answer.text)).size).toBe(1);
    for (const answer of answers.filter((each) => each.status !== 200)) expect(answer.status).toBe(409);
  });

  it('pays and cancels at the same time: either way, money and seat agree', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 4, seatsInRow: 10 });
    await Promise.all(
      seatIds.map(async (seat, index) => {
        const buyer = `wavering-${index}`;
        const { booking_id } = await book(anyone, buyer, eventId, [seat]);
        const path = `/api/v1/bookings/${booking_id}`;
        const pay = () => tryPay(anyone, buyer, booking_id);
        const cancel = () => anyone.as(buyer).post(`${path}/cancel`, {});
        const answers = await Promise.all(index % 2 === 0 ? [pay(), cancel()] : [cancel(), pay()]);
        for (const answer of answers) expect([200, 409], answer.text).toContain(answer.status);
        const booking = bodyOf(await anyone.as(buyer).get<BookingView>(path));
        const [paid, cancelled] = index % 2 === 0 ? answers : [answers[1], answers[0]];
        const seatStatus = await statusOfSeat(anyone, seat);
        if (cancelled?.status === 200) {
          expect(booking.status).toBe('CANCELLED');
          expect(booking.payment_status).toBe(paid?.status === 200 ? 'REFUNDED' : 'PENDING');
          expect(seatStatus).toBe('AVAILABLE');
        } else {
          expect(paid?.status).toBe(200);
          expect(booking).toMatchObject({ status: 'CONFIRMED', payment_status: 'SUCCESS' });
          expect(seatStatus).toBe('BOOKED');
        }
      }),
    );
  });
});
