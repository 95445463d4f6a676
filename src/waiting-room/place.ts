import type { Millis } from '../core/clock.ts';
import type { Lane } from './lane.ts';

/**
 * WAITING: in line. READY: called, has an entry token. ACTIVE: inside, has a session. The rest are ends; a place that
 * has ended is never taken up again.
 */
export type PlaceState = 'WAITING' | 'READY' | 'ACTIVE' | PlaceEnd;
export type PlaceEnd = 'LEFT' | 'NO_SHOW' | 'EXPIRED' | 'REVOKED';

/** Every way a place can go. READY goes back to WAITING once, when somebody called did not come. */
export const PLACE_MOVES: Readonly<Record<PlaceState, readonly PlaceState[]>> = {
  WAITING: ['READY', 'LEFT', 'REVOKED'],
  READY: ['ACTIVE', 'WAITING', 'LEFT', 'NO_SHOW', 'REVOKED'],
  ACTIVE: ['LEFT', 'EXPIRED', 'REVOKED'],
  LEFT: [],
  NO_SHOW: [],
  EXPIRED: [],
  REVOKED: [],
};

/** One person's place in a lane. */
export interface Place {
  readonly lane: Lane;
  /** From 0, in the order of arrival in the lane; never given twice. */
  readonly number: number;
  readonly userId: string;
  readonly state: PlaceState;
  readonly joinedAt: Millis;
  /** Of the latest call; null before the first. */
  readonly admission: number | null;
  /** When the call or the session ends; null while waiting. */
  readonly until: Millis | null;
  /** How often he was called. */
  readonly calls: number;
}

export function isEnd(state: PlaceState): state is PlaceEnd {
  return PLACE_MOVES[state].length === 0;
}
