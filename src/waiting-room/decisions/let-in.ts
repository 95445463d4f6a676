import type { Millis } from '../../core/clock.ts';
import type { LetIn, Limit, RoomReplies } from '../command.ts';
import { LANES, type Lane, perLane } from '../lane.ts';
import { type Cursor, HERE } from '../lane-people.ts';
import { nextTurn, type Turns } from '../lane-turns.ts';
import { letsIn } from '../phase.ts';
import type { Place } from '../place.ts';
import type { Room } from '../room.ts';
import type { RoomTerms } from '../terms.ts';
import { available, filled, taken, waitForToken } from '../token-bucket.ts';
import { type Decision, unchanged } from './decision.ts';

/** More are called by the next decision: no decision may hold the others up for long. */
const CALLED_AT_ONCE = 2_000;
const PASSED_AT_ONCE = 50_000;
/** Who misses this many calls loses his place. */
const CALLS_MISSED = 2;

/** Ends calls and sessions that are over, then calls the next: as many as the tightest limit lets in. */
export function letIn(room: Room, command: LetIn, now: Millis): Decision<RoomReplies['let_in']> {
  const { terms, health } = command;
  const ended = room.over(now);
  const over = ended.map(afterItsTime);
  if (!letsIn(room.head.phase)) {
    const none = unchanged({ called: 0, limit: 'nobody' as Limit, nextAt: undefined });
    return over.length > 0 ? { ...none, changes: { places: over } } : none;
  }
  const rate = terms.ratePerSecond * health;
  const bucket = filled(room.head.bucket, rate, terms.burst, now);
  const { free, limit } = freePlaces(room, command, { ended, tokens: available(bucket) });
  const wanted = Math.min(free, CALLED_AT_ONCE);
  const round = callNext(room, terms, wanted, now);
  const places = [...over, ...round.called];
  const isNothing = places.length === 0 && round.passed === 0;
  const left = taken(bucket, round.called.length);
  const someWait = room.waiting > round.called.length;
  const isBoundByRate = someWait && limit !== 'active_max' && limit !== 'inventory';
  // With calls to spare nobody is here who could be called, unless there were too many to look at.
  const isAtEnd = round.called.length < wanted && round.passed < PASSED_AT_ONCE;
  const wait = isBoundByRate && !isAtEnd ? waitForToken(left, rate) : undefined;
  const reply = {
    called: round.called.length,
    limit: someWait ? limit : ('nobody' as Limit),
    nextAt: wait === undefined ? undefined : now + wait,
  };
  if (isNothing) return unchanged(reply);
  const head = {
    ...room.head,
    revision: room.head.revision + 1,
    bucket: left,
    turns: round.turns,
    serving: perLane((lane) => round.cursors[lane].serving),
    admissions: room.head.admissions + round.called.length,
  };
  return { changes: { places, head, cursors: round.cursors }, reply };
}

/** Somebody called who did not come waits on, once: his phone may have slept. */
function afterItsTime(place: Place): Place {
  if (place.state === 'ACTIVE') return { ...place, state: 'EXPIRED' };
  if (place.calls >= CALLS_MISSED) return { ...place, state: 'NO_SHOW' };
  return { ...place, state: 'WAITING', admission: null, until: null };
}

function freePlaces(
  room: Room,
  { terms, stock, health }: LetIn,
  { ended, tokens }: { ended: readonly Place[]; tokens: number },
): { free: number; limit: Limit } {
  const inside = room.called.size - ended.length;
  const limits: [Limit, number][] = [
    [health < 1 ? 'health' : 'rate', tokens],
    ['active_max', terms.activeMax - inside],
  ];
  if (stock && terms.inventoryAware) {
    const look = ({ userId }: Place) => !stock.claimants.has(userId);
    const looking = countOf(room.called.values(), look) - countOf(ended, look);
    limits.push(['inventory', Math.floor(stock.left + stock.returning) - looking]);
  }
  const [limit, free] = limits.reduce((least, each) => (each[1] < least[1] ? each : least));
  return { free: Math.max(0, free), limit };
}

function countOf(places: Iterable<Place>, counts: (place: Place) => boolean): number {
  let count = 0;
  for (const place of places) if (counts(place)) count++;
  return count;
}

interface CallingRound {
  called: Place[];
  passed: number;
  turns: Turns;
  cursors: Record<Lane, Cursor>;
}

function callNext(room: Room, terms: RoomTerms, count: number, now: Millis): CallingRound {
  const { people, head } = room;
  const cursors = perLane((lane) => people[lane].cursor());
  const hereSince = room.hereSince(now, terms);
  const look = (lane: Lane) => people[lane].next(cursors[lane], hereSince, PASSED_AT_ONCE);
  const up = perLane((lane) => (count > 0 ? look(lane) : undefined));
  const called: Place[] = [];
  let { turns } = head;
  while (called.length < count) {
    const turn = nextTurn(
      turns,
      terms.weights,
      perLane((lane) => up[lane] !== undefined),
    );
    if (!turn) break;
    turns = turn.turns;
    const { lane } = turn;
    const number = up[lane] as number;
    const admission = head.admissions + called.length + 1;
    called.push(callOf(room, { lane, number, admission, until: now + terms.entryMillis }));
    up[lane] = called.length < count ? look(lane) : undefined;
  }
  for (const lane of LANES) {
    const number = up[lane];
    // Looked at and not called: his turn is still to come.
    if (number !== undefined && people[lane].standingOf(number) === HERE) {
      cursors[lane].serving = (people[lane].placeOf(number) as number) - 1;
    }
  }
  const passed = LANES.reduce((sum, lane) => sum + cursors[lane].passed.length, 0);
  return { called, passed, turns, cursors };
}

function callOf(
  { people }: Room,
  { lane, number, admission, until }: { lane: Lane; number: number; admission: number; until: Millis },
): Place {
  const [userId, joinedAt] = [people[lane].nameOf(number), people[lane].joinedAt(number)];
  const calls = (people[lane].hasMissed(number) ? 1 : 0) + 1;
  return { lane, number, userId, joinedAt, admission, until, calls, state: 'READY' };
}
