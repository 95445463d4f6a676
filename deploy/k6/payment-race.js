// A buyer pays for the same booking twice at the same time, with two payments: one is taken, and the seat is sold once.
import { check } from 'k6';
import http from 'k6/http';
import {
  book,
  crowd,
  errors,
  expected,
  gotThrough,
  hold,
  makeSale,
  oversell,
  pay,
  SEATS,
  seatsTaken,
  somebody,
  URL,
} from './sale.js';

export const options = crowd('race');

export const setup = () => makeSale(SEATS);

export function race({ eventId, seatIds }) {
  const buyer = somebody();
  const seat = seatIds[(__VU * 7919 + __ITER * 104729) % seatIds.length];
  const held = hold(buyer, eventId, [seat]);
  expected(held, 201, 409, 429);
  if (held.status !== 201) return;
  const booked = book(buyer, eventId, [seat]);
  expected(booked, 201);
  const { booking_id: id } = booked.json();
  const headers = { 'X-User-ID': buyer, 'Content-Type': 'application/json' };
  const attempts = ['first', 'second'].map((name) => ({
    method: 'POST',
    url: `${URL}/api/v1/bookings/${id}/confirm-payment`,
    body: JSON.stringify({ booking_id: id, payment_id: `${buyer}-${name}` }),
    params: { headers, tags: { name: '/api/v1/bookings/{id}/confirm-payment' } },
  }));
  const answers = http.batch(attempts);
  for (const { status } of answers) errors.add(status === 0 || status >= 500);
  const taken = answers.filter(({ status }) => status === 200).length;
  check(answers, { 'one payment is taken': () => taken === 1 });
  // Asked again, the one that was taken says the same.
  const again = pay(buyer, id, `${buyer}-${answers[0].status === 200 ? 'first' : 'second'}`);
  check(again, { 'and stays taken': ({ status }) => status === 200 });
  oversell.add(1);
  gotThrough.add(1);
}

export function teardown({ eventId }) {
  oversell.add(-seatsTaken(eventId));
}
