import { type Millis, SECOND } from '../core/clock.ts';
import type { Random } from '../core/random.ts';
import type { Standing } from './command.ts';

/** Requests of those who ask again and again, in all, that a room is laid out for. */
const POLLS_PER_SECOND = 2_000;
const SOONEST: Millis = SECOND;
const LATEST: Millis = 20 * SECOND;
const JITTER = 0.25;

/** The longest that anybody is told to wait in a crowd of this size. */
export function longestPoll(waiting: number): Millis {
  return Math.ceil(Math.max(LATEST, spread(waiting)) * (1 + JITTER));
}

/**
 * When to ask again: the sooner, the nearer one's turn is; the later, the more people ask; and never all at the same
 * time.
 */
export function pollAfter(
  standing: Pick<Standing, 'state' | 'ahead' | 'eta'>,
  room: { waiting: number; opensInMillis: number | undefined },
  random: Random,
): Millis {
  const wanted = Math.max(wish(standing, room.opensInMillis), spread(room.waiting));
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

function clamped(millis: Millis): Millis {
  return Math.min(LATEST, Math.max(SOONEST, millis));
}

function spread(waiting: number): Millis {
  return (waiting / POLLS_PER_SECOND) * SECOND;
}
