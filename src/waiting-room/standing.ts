import type { Millis } from '../core/clock.ts';
import type { RoomView, Standing } from './command.ts';
import { perLane } from './lane.ts';
import type { Place } from './place.ts';
import type { Room } from './room.ts';

/** How somebody stands, as he is told. */
export function standingOf(room: Room, place: Place, now: Millis): Standing {
  const { lane, number, userId, state, joinedAt, admission, until } = place;
  const people = room.people[lane];
  const ordered = people.placeOf(number) ?? null;
  const isWaiting = state === 'WAITING' && ordered !== null;
  const ahead = isWaiting ? people.aheadOf(number) : null;
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
    arrived: perLane((lane) => room.people[lane].size),
    serving: perLane((lane) => room.people[lane].serving),
    ratePerMinute: perLane((lane) => room.paces[lane].perMinute(now)),
  };
}
