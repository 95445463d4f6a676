import { type Millis, SECOND } from '../core/clock.ts';
import type { Random } from '../core/random.ts';
import type { Limit, Standing } from './command.ts';

/** Requests of those whose turn is far, in all, that a room is laid out for while it lets in as many as it may. */
const POLLS_PER_SECOND = 1_000;
/** Once there is next to nothing to buy, little but these is asked, and everybody waits to hear whether he may go home. */
const POLLS_PER_SECOND_AT_THE_END = 3_000;
/**
 * Who is near his turn asks sooner, however many wait behind him: a call that is not heard keeps a place inside empty. It
 * costs some four hundred requests a second for the first in line, and about three for each who is let in.
 */
const LATER_PER_PERSON_AHEAD: Millis = 20;
const SHARE_OF_TIME_LEFT = 0.7;
const SOONEST: Millis = SECOND;
const LATEST: Millis = 20 * SECOND;
const JITTER = 0.25;

/** The longest that anybody is told to wait in a crowd of this size. */
export function longestPoll(waiting: number): Millis {
  return Math.ceil(Math.max(LATEST, spread(waiting, POLLS_PER_SECOND)) * (1 + JITTER));
}

/**
 * When to ask again: the sooner, the nearer one's turn is; the later, the more people ask; and never all at the same
 * time.
 */
export function pollAfter(
  standing: Pick<Standing, 'state' | 'ahead' | 'eta'>,
  room: { waiting: number; limit: Limit; opensInMillis: number | undefined },
  random: Pick<Random, 'below'>,
): Millis {
  const pace = room.limit === 'inventory' ? POLLS_PER_SECOND_AT_THE_END : POLLS_PER_SECOND;
  const far = Math.max(wish(standing, room.opensInMillis), spread(room.waiting, pace));
  const wanted = Math.max(SOONEST, Math.min(far, near(standing)));
  return Math.round(wanted * (1 - JITTER + (2 * JITTER * random.below(1_000)) / 1_000));
}

function wish(
  { state, ahead, eta }: Pick<Standing, 'state' | 'ahead' | 'eta'>,
  opensIn: number | undefined,
): Millis {
  if (state !== 'WAITING') return 5 * SECOND;
  if (ahead === null) return clamped(opensIn ?? LATEST / 2);
  return eta ? clamped((eta.lowSeconds * SECOND) / 4) : clamped(ahead * SECOND);
}

/** Later than this, the turn may have come meanwhile. */
function near({ state, ahead, eta }: Pick<Standing, 'state' | 'ahead' | 'eta'>): Millis {
  if (state !== 'WAITING' || ahead === null) return Number.POSITIVE_INFINITY;
  const soon = SOONEST + ahead * LATER_PER_PERSON_AHEAD;
  return eta ? Math.min(soon, eta.lowSeconds * SECOND * SHARE_OF_TIME_LEFT) : soon;
}

function clamped(millis: Millis): Millis {
  return Math.min(LATEST, Math.max(SOONEST, millis));
}

function spread(waiting: number, perSecond: number): Millis {
  return (waiting / perSecond) * SECOND;
}
