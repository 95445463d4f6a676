// A crowd comes to a waiting room, waits its turn, comes in and holds a seat.
import { check, sleep } from 'k6';
import { Trend } from 'k6/metrics';
import {
  anyOf,
  ask,
  crowd,
  expected,
  gotThrough,
  hold,
  makeSale,
  openWaitingRoom,
  oversell,
  seatsTaken,
  somebody,
} from './sale.js';

const waited = new Trend('waited_ms', true);
const POLLS_MAX = 60;

export const options = crowd('join');

export function setup() {
  const sale = makeSale(undefined, {
    admission: { mode: 'waiting_room', rate_per_second: 200, burst: 200, active_max: 500 },
  });
  openWaitingRoom(sale.eventId);
  return sale;
}

export function join({ eventId, seatIds }) {
  const buyer = somebody();
  const room = `/api/v1/events/${eventId}/waiting-room`;
  const early = hold(buyer, eventId, [anyOf(seatIds)]);
  check(early, { 'nobody holds without a session': ({ status }) => status === 403 });
  const begun = Date.now();
  let standing = ask('POST', `${room}/join`, { as: buyer });
  expected(standing, 200, 409, 429);
  for (let polls = 0; standing.status === 200 && standing.json().status !== 'READY'; polls++) {
    if (polls === POLLS_MAX) return;
    sleep(0.25);
    standing = ask('GET', `${room}/status`, { as: buyer });
  }
  if (standing.status !== 200) return;
  waited.add(Date.now() - begun);
  const entered = ask('POST', `${room}/enter`, {
    as: buyer,
    body: { entry_token: standing.json().entry_token },
  });
  expected(entered, 201, 403, 409, 410);
  if (entered.status !== 201) return;
  const held = hold(buyer, eventId, [anyOf(seatIds)], { 'X-Sale-Session': entered.json().session });
  expected(held, 201, 409, 429);
  if (held.status === 201) {
    oversell.add(1);
    gotThrough.add(1);
  }
  ask('POST', `${room}/leave`, { as: buyer });
}

export function teardown({ eventId }) {
  oversell.add(-seatsTaken(eventId));
}
