/** The steps of a sale that most tests need before their own story begins. Each fails the test when it is refused. */
import type { BookingView } from '../../src/contract/booking.ts';
import type { EventInput, EventView } from '../../src/contract/event.ts';
import type { ReservationCreated } from '../../src/contract/reservation.ts';
import type { SeatInput, SeatView } from '../../src/contract/seat.ts';
import { type Answer, bodyOf, type Client } from './client.ts';

export interface OpenSale {
  readonly eventId: number;
  /** In the order of creation: A1, A2, …, B1, … */
  readonly seats: readonly SeatView[];
  readonly seatIds: readonly number[];
}

export interface Hall {
  rows: number;
  seatsInRow: number;
  price?: string;
  event?: Partial<EventInput>;
}

export function eventInput(event: Partial<EventInput> = {}): EventInput {
  return { event_name: 'Winter Concert', event_date: '2027-12-24T19:00:00', total_seats: 10, ...event };
}

export function seatInputs({ rows, seatsInRow, price = '100.50' }: Hall): SeatInput[] {
  return Array.from({ length: rows * seatsInRow }, (_, index) => {
    const row = rowName(Math.floor(index / seatsInRow));
    const place = (index % seatsInRow) + 1;
    return {
      seat_number: `${row}${place}`,
      section: 'Floor',
      row_number: row,
      price,
      x: place,
      y: Math.floor(index / seatsInRow),
    };
  });
}

/** A, B, …, Z, AA, AB, … */
export function rowName(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : rowName(Math.floor(index / 26) - 1) + last;
}

export async function createEvent(organiser: Client, event: Partial<EventInput> = {}): Promise<EventView> {
  return bodyOf(await organiser.post<EventView>('/api/v1/events', eventInput(event)), 201);
}

/** An event on sale with one section, "Floor". */
export async function openSale(organiser: Client, hall: Hall): Promise<OpenSale> {
  const { event_id } = await createEvent(organiser, {
    total_seats: hall.rows * hall.seatsInRow,
    ...hall.event,
  });
  const seats = await addSeats(organiser, event_id, seatInputs(hall));
  await startSale(organiser, event_id);
  return { eventId: event_id, seats, seatIds: seats.map((seat) => seat.seat_id) };
}

export async function addSeats(
  organiser: Client,
  eventId: number,
  seats: readonly SeatInput[],
): Promise<SeatView[]> {
  return bodyOf(await organiser.post<SeatView[]>(`/api/v1/events/${eventId}/seats`, seats), 201);
}

export async function startSale(organiser: Client, eventId: number): Promise<EventView> {
  return bodyOf(await organiser.post<EventView>(`/api/v1/events/${eventId}/start-sale`));
}

export function tryHold(
  anyone: Client,
  userId: string,
  eventId: number,
  seatIds: readonly number[],
  headers: Record<string, string> = {},
): Promise<Answer<ReservationCreated>> {
  const body = { event_id: eventId, seat_ids: seatIds, user_id: userId };
  return anyone.as(userId).post('/api/v1/reservations', body, headers);
}

export async function hold(anyone: Client, userId: string, eventId: number, seatIds: readonly number[]) {
  return bodyOf(await tryHold(anyone, userId, eventId, seatIds), 201);
}

export function tryBook(
  anyone: Client,
  userId: string,
  eventId: number,
  seatIds: readonly number[],
  headers: Record<string, string> = {},
): Promise<Answer<BookingView>> {
  const body = { event_id: eventId, seat_ids: seatIds, user_id: userId };
  return anyone.as(userId).post('/api/v1/bookings', body, headers);
}

/** Holds and books: the booking is PENDING. */
export async function book(anyone: Client, userId: string, eventId: number, seatIds: readonly number[]) {
  await hold(anyone, userId, eventId, seatIds);
  return bodyOf(await tryBook(anyone, userId, eventId, seatIds), 201);
}

export function tryPay(
  anyone: Client,
  userId: string,
  bookingId: number,
  paymentId = 'pay_1',
  headers: Record<string, string> = {},
): Promise<Answer<BookingView>> {
  const body = { booking_id: bookingId, payment_id: paymentId };
  return anyone.as(userId).post(`/api/v1/bookings/${bookingId}/confirm-payment`, body, headers);
}

/** Holds, books and pays: the booking is CONFIRMED. */
export async function buy(anyone: Client, userId: string, eventId: number, seatIds: readonly number[]) {
  const { booking_id } = await book(anyone, userId, eventId, seatIds);
  return bodyOf(await tryPay(anyone, userId, booking_id));
}

export async function statusOfSeat(anyone: Client, seatId: number): Promise<string> {
  return bodyOf(await anyone.get<SeatView>(`/api/v1/seats/${seatId}`)).status;
}

/** Whole seconds since 1970 of a date-time without zone, as the wire shows it. */
export function secondsOf(dateTime: string): number {
  return Date.parse(`${dateTime}Z`) / 1000;
}

export const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/;
