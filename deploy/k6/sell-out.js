// A hall is sold out: buyers come, take a seat that looks free, book and pay.
import { sleep } from 'k6';
import http from 'k6/http';
import { Trend } from 'k6/metrics';
import {
  anyOf,
  book,
  crowd,
  expected,
  gotThrough,
  hold,
  makeSale,
  oversell,
  pay,
  seatsTaken,
  somebody,
  URL,
} from './sale.js';

const purchase = new Trend('purchase_ms', true);

export const options = crowd('buy');

export const setup = () => makeSale();

export function buy({ eventId }) {
  const buyer = somebody();
  const listed = http.get(`${URL}/api/v1/events/${eventId}/seats/available`, { tags: { name: 'available' } });
  expected(listed, 200);
  const free = listed.json();
  if (free.length === 0) return void sleep(1);
  const seat = anyOf(free).seat_id;
  const begun = Date.now();
  const held = hold(buyer, eventId, [seat]);
  expected(held, 201, 409, 429);
  if (held.status !== 201) return;
  const booked = book(buyer, eventId, [seat]);
  expected(booked, 201);
  const paid = pay(buyer, booked.json().booking_id, `${buyer}-pay`);
  // The mock provider may be set to decline.
  expected(paid, 200, 402);
  oversell.add(1);
  if (paid.status !== 200) return;
  purchase.add(Date.now() - begun);
  gotThrough.add(1);
}

export function teardown({ eventId }) {
  oversell.add(-seatsTaken(eventId));
}
