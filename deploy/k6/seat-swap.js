// Buyers who hold a pair of seats want the neighbour's pair: all or none, and no seat gets lost on the way.
import { check } from 'k6';
import http from 'k6/http';
import { ask, crowd, expected, gotThrough, hold, makeSale, somebody, URL } from './sale.js';

export const options = crowd('swap');

export const setup = () => makeSale(40);

export function swap({ eventId, seatIds }) {
  const buyer = somebody();
  const at = Math.floor(Math.random() * (seatIds.length / 2 - 1)) * 2;
  const mine = hold(buyer, eventId, seatIds.slice(at, at + 2));
  expected(mine, 201, 409, 429);
  if (mine.status !== 201) return;
  const { reservations } = mine.json();
  check(reservations, { 'all or none': (all) => all.length === 2 });
  // One seat of mine and one of my neighbour's: since mine is taken, by me, nothing may move.
  expected(hold(`${buyer}-friend`, eventId, seatIds.slice(at + 1, at + 3)), 409, 429);
  for (const { reservation_id: id } of reservations)
    expected(ask('DELETE', `/api/v1/reservations/${id}`, { as: buyer }), 200, 204);
  gotThrough.add(1);
}

export function teardown({ eventId }) {
  const seats = http.get(`${URL}/api/v1/events/${eventId}/seats`).json();
  check(seats, { 'every seat came back': (all) => all.every(({ status }) => status === 'AVAILABLE') });
}
