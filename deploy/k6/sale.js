// What the scripts have in common: a hall of their own, buyers, and the objectives (docs/deploy.md).
//   k6 run -e URL=http://127.0.0.1:8000 -e TOKEN=<the organiser's X-Token> deploy/k6/sell-out.js
// VUS, SECONDS and SEATS change the size; P95_MS the objective of latency.
import { check } from 'k6';
import http from 'k6/http';
import { Counter, Rate } from 'k6/metrics';

export const URL = __ENV.URL || 'http://127.0.0.1:8000';
export const VUS = Number(__ENV.VUS || 50);
export const SECONDS = Number(__ENV.SECONDS || 30);
export const SEATS = Number(__ENV.SEATS || 1000);
const TOKEN = __ENV.TOKEN || '';

// Every seat that a buyer was given counts 1, and at the end every seat that is taken counts -1: more buyers than seats is
// what is left.
export const oversell = new Counter('oversell');
// A "no" is an answer. An error is one of ours, or none at all.
export const errors = new Rate('errors');

// Who came to the end of his script. k6 takes a threshold for kept when there is nothing to hold against it, so a run in
// which nobody got anywhere would be a good one.
export const gotThrough = new Counter('got_through');

export const THRESHOLDS = {
  got_through: ['count>0'],
  oversell: ['count<=0'],
  errors: ['rate<0.005'],
  http_req_duration: [`p(95)<${__ENV.P95_MS || 300}`],
  checks: ['rate==1'],
};

http.setResponseCallback(http.expectedStatuses({ min: 200, max: 499 }));

/** Sends as somebody; everything the buyers send counts. */
export function ask(method, path, { as, body, headers = {} } = {}) {
  const sent = { ...headers, 'Content-Type': 'application/json', ...(as && { 'X-User-ID': as }) };
  const name = path.replace(/\/\d+/g, '/{id}');
  const response = http.request(method, URL + path, body === undefined ? null : JSON.stringify(body), {
    headers: sent,
    tags: { name },
  });
  errors.add(response.status === 0 || response.status >= 500);
  return response;
}

/** As the organiser; a no ends the run. */
function organise(method, path, body) {
  const headers = { 'X-Token': TOKEN, 'Content-Type': 'application/json' };
  const response = http.request(method, URL + path, body === undefined ? null : JSON.stringify(body), {
    headers,
  });
  if (response.status >= 300) throw new Error(`${method} ${path}: ${response.status} ${response.body}`);
  return response.json();
}

/** An event on sale with so many seats; returns its id and theirs. */
export function makeSale(seats = SEATS, event = {}) {
  gotThrough.add(0);
  const draft = { event_name: 'k6', event_date: '2030-01-01T20:00:00', total_seats: seats, ...event };
  const { event_id: eventId } = organise('POST', '/api/v1/events', draft);
  const seatIds = [];
  for (let from = 0; from < seats; from += 1000) {
    const block = Array.from({ length: Math.min(1000, seats - from) }, (_, index) => {
      const [row, place] = [Math.floor((from + index) / 50) + 1, ((from + index) % 50) + 1];
      return { seat_number: `${row}-${place}`, section: 'Floor', row_number: `${row}`, price: '50.00' };
    });
    for (const seat of organise('POST', `/api/v1/events/${eventId}/seats`, block)) seatIds.push(seat.seat_id);
  }
  organise('POST', `/api/v1/events/${eventId}/start-sale`);
  return { eventId, seatIds };
}

export function openWaitingRoom(eventId) {
  organise('POST', `/api/v1/events/${eventId}/waiting-room/open`);
}

/** How many seats are held or sold now, as everybody sees it. */
export function seatsTaken(eventId) {
  const seats = http.get(`${URL}/api/v1/events/${eventId}/seats`).json();
  return seats.filter(({ status }) => status === 'RESERVED' || status === 'BOOKED').length;
}

/** Every buyer is somebody else. */
export const somebody = () => `k6-${__VU}-${__ITER}`;

export const anyOf = (list) => list[Math.floor(Math.random() * list.length)];

export function hold(buyer, eventId, seatIds, headers = {}) {
  const body = { event_id: eventId, seat_ids: seatIds, user_id: buyer };
  return ask('POST', '/api/v1/reservations', { as: buyer, body, headers });
}

export function book(buyer, eventId, seatIds, headers = {}) {
  const body = { event_id: eventId, seat_ids: seatIds, user_id: buyer };
  return ask('POST', '/api/v1/bookings', { as: buyer, body, headers });
}

export function pay(buyer, bookingId, paymentId, headers = {}) {
  const body = { booking_id: bookingId, payment_id: paymentId };
  return ask('POST', `/api/v1/bookings/${bookingId}/confirm-payment`, { as: buyer, body, headers });
}

/** Only the answers that there may be; anything else fails the run. */
export function expected(response, ...statuses) {
  return check(response, { 'an answer that there may be': ({ status }) => statuses.includes(status) });
}

/** So many buyers at once, for so long; each does what the named function says, again and again. */
export const crowd = (exec) => ({
  scenarios: {
    crowd: { executor: 'constant-vus', exec, vus: VUS, duration: `${SECONDS}s`, gracefulStop: '10s' },
  },
  thresholds: THRESHOLDS,
  setupTimeout: '120s',
});
