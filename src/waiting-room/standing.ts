import type { Millis } from '../core/clock.ts';
import type { RoomView, Standing } from './command.ts';
import { perLane } from './lane.ts';
import type { Place } from './place.ts';
import type { Room } from './room.ts';

/** How somebody stands, as he is told. */
export function standingOf(room: Room, place: Place, now: Millis): Standing {
  const { lane, number, userId, state, joinedAt, admission, until } = place;
  const line = room.lines[lane];
  const ordered = line.placeOf(number) ?? null;
  const isWaiting = state === 'WAITING' && ordered !== null;
  const ahead = isWaiting ? line.aheadOf(number) : null;
  const eta = ahead === null ? undefined : room.paces[lane].eta(ahead, now);
  return {
    userId,
    lane,
    number,
    state,
    joinedAt,
    admission,
    until,
    place: ordered,
    ahead,
    eta: eta ?? null,
  };
}

export function viewOf(room: Room, now: Millis): RoomView {
  const { phase, message } = room.head;
  return {
    phase,
    message,
    waiting: room.waiting,
    limit: room.limit,
    arrived: perLane((lane) => room.lines[lane].size),
    serving: perLane((lane) => room.lines[lane].serving),
    ratePerMinute: perLane((lane) => room.paces[lane].perMinute(now)),
  };
}
