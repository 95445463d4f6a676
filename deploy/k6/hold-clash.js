// Everybody wants the same few seats: each has one holder, whoever loses is told so at once.
import {
  anyOf,
  crowd,
  expected,
  gotThrough,
  hold,
  makeSale,
  oversell,
  seatsTaken,
  somebody,
} from './sale.js';

export const options = crowd('clash');

export const setup = () => makeSale(20);

export function clash({ eventId, seatIds }) {
  const response = hold(somebody(), eventId, [anyOf(seatIds)]);
  expected(response, 201, 409, 429);
  if (response.status !== 201) return;
  oversell.add(1);
  gotThrough.add(1);
}

export function teardown({ eventId }) {
  oversell.add(-seatsTaken(eventId));
}
