import type { Millis } from '../../core/clock.ts';
import { refuse } from '../../core/refusal.ts';
import type { Enter, Join, Leave, Restore, RoomReplies, ShowUp, Slide, Standing } from '../command.ts';
import { mayJoin } from '../phase.ts';
import type { Place } from '../place.ts';
import type { Room } from '../room.ts';
import { standingOf } from '../standing.ts';
import { type Decision, refused, unchanged } from './decision.ts';

/** Whose session is over comes anew, also before the house has noticed. */
export function join(room: Room, command: Join, now: Millis): Decision<Standing> {
  const own = room.placeOf(command.userId);
  const isOver = own?.state === 'ACTIVE' && (own.until as Millis) <= now;
  if (own && !isOver) return asItStands(room, own, now);
  const { phase } = room.head;
  if (!mayJoin(phase)) return refused(refuse('ROOM_CLOSED', { status: 'CLOSED' }));
  if (room.waiting >= command.terms.queueMax) return refused(refuse('ROOM_FULL', { status: 'REJECTED' }));
  const ended: Place[] = own ? [{ ...own, state: 'EXPIRED' }] : [];
  return newPlace(room, command, { number: room.people[command.lane].size, now, ended });
}

/** Only a number that nobody had in this room's memory can be taken up again. */
export function restore(room: Room, command: Restore, now: Millis): Decision<Standing> {
  const own = room.placeOf(command.userId);
  if (own) return asItStands(room, own, now);
  if (room.head.phase === 'closed') return refused(refuse('ROOM_CLOSED', { status: 'CLOSED' }));
  if (command.number < room.people[command.lane].size) return refused(refuse('NOT_IN_LINE'));
  return newPlace(room, command, { number: command.number, now });
}

function newPlace(
  room: Room,
  { userId, lane }: Join | Restore,
  { number, now, ended = [] }: { number: number; now: Millis; ended?: readonly Place[] },
): Decision<Standing> {
  const called = { admission: null, until: null, calls: 0 };
  const place: Place = { lane, number, userId, state: 'WAITING', joinedAt: now, ...called };
  return { changes: { places: [...ended, place] }, reply: standingOf(room, place, now) };
}

export function showUp(room: Room, { userId }: ShowUp, now: Millis): Decision<Standing> {
  const own = room.placeOf(userId);
  return own ? asItStands(room, own, now) : refused(refuse('NOT_IN_LINE'));
}

/** Nobody waits in a closed room; the place is kept, for the room may be opened again. */
function asItStands(room: Room, own: Place, now: Millis): Decision<Standing> {
  if (own.state === 'WAITING' && room.head.phase === 'closed') {
    return refused(refuse('ROOM_CLOSED', { status: 'CLOSED' }));
  }
  return unchanged(standingOf(room, own, now));
}

/** A call is exchanged once: what comes after finds no call. */
export function enter(room: Room, { userId, admission, terms }: Enter, now: Millis): Decision<Standing> {
  const own = room.called.get(userId);
  if (own?.admission !== admission) return refused(refuse('ADMISSION_INVALID'));
  if (own.state === 'ACTIVE') return refused(refuse('ADMISSION_USED'));
  if ((own.until as Millis) <= now) return refused(refuse('ADMISSION_INVALID'));
  const place: Place = { ...own, state: 'ACTIVE', until: now + terms.sessionMillis };
  return { changes: { places: [place] }, reply: standingOf(room, place, now) };
}

export function slide(room: Room, { userId, admission, terms }: Slide, now: Millis): Decision<Standing> {
  const own = room.called.get(userId);
  const isInside = own?.state === 'ACTIVE' && own.admission === admission && (own.until as Millis) > now;
  if (!isInside) return refused(refuse('ADMISSION_INVALID'));
  const until = Math.min(now + terms.sessionMillis, room.latestEndOf(userId));
  const place: Place = { ...own, until };
  return { changes: { places: [place] }, reply: standingOf(room, place, now) };
}

export function leave(room: Room, { userId, end }: Leave): Decision<RoomReplies['leave']> {
  const own = room.placeOf(userId);
  if (!own) return unchanged({ admission: null });
  return { changes: { places: [{ ...own, state: end }] }, reply: { admission: own.admission } };
}
