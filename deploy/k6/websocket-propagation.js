// How long it takes from the answer to a hold until the seat is held on the map of who watches: the Trend "propagation_ms".

import { WebSocket } from 'k6/experimental/websockets';
import { Trend } from 'k6/metrics';
import {
  crowd,
  expected,
  gotThrough,
  hold,
  makeSale,
  oversell,
  SECONDS,
  seatsTaken,
  somebody,
  URL,
} from './sale.js';

const propagation = new Trend('propagation_ms', true);

const { scenarios, thresholds, setupTimeout } = crowd('watch');
const PROPAGATION = [`p(99)<${__ENV.PROPAGATION_MS || 1000}`];
export const options = {
  scenarios,
  setupTimeout,
  thresholds: { ...thresholds, propagation_ms: PROPAGATION },
};

export const setup = () => makeSale();

export function watch({ eventId, seatIds }) {
  const buyer = somebody();
  const socket = new WebSocket(`${URL.replace('http', 'ws')}/api/v1/ws/events/${eventId}/map`);
  let changed;
  const change = () => {
    const seat = seatIds[(__VU * 7919 + Math.floor(Math.random() * 1000)) % seatIds.length];
    const response = hold(buyer, eventId, [seat]);
    expected(response, 201, 409, 429);
    if (response.status !== 201) return;
    oversell.add(1);
    changed = { seat, at: Date.now() };
  };
  socket.addEventListener('open', () => {
    const timer = setInterval(change, 500);
    setTimeout(() => {
      clearInterval(timer);
      socket.close();
    }, Math.min(10, SECONDS) * 1000);
  });
  socket.addEventListener('message', ({ data }) => {
    const frame = JSON.parse(data);
    if (frame.type !== 'patch' || !changed || !frame.seats.some(([seat]) => seat === changed.seat)) return;
    propagation.add(Date.now() - changed.at);
    gotThrough.add(1);
    changed = undefined;
  });
}

export function teardown({ eventId }) {
  oversell.add(-seatsTaken(eventId));
}
