import type { LineFrame, RoomSummary, StandingView } from '../../../../src/contract/waiting-room.ts';

/**
 * joining: a place is asked for. waiting: in line, or in the draw. entering: called, and on the way in. inside: the
 * session is there. out: no place, by the buyer's wish or the organiser's.
 */
export type LineStage = 'joining' | 'waiting' | 'entering' | 'inside' | 'out';

export interface LineState {
  readonly stage: LineStage;
  readonly standing: StandingView | undefined;
  /** Undefined until the stream has said it. */
  readonly phase: RoomSummary['phase'] | undefined;
  /** How many were ahead when the place was first seen: where the progress begins. */
  readonly from: number | undefined;
  readonly connection: 'connecting' | 'live' | 'interrupted';
  /** Why nothing goes on at the moment; it is tried again. */
  readonly error: unknown;
}

export const AT_THE_DOOR: LineState = {
  stage: 'joining',
  standing: undefined,
  phase: undefined,
  from: undefined,
  connection: 'connecting',
  error: undefined,
};

/** A whole answer of the server. What it says of the people ahead never takes back what was shown before. */
export function standingTold(state: LineState, told: StandingView): LineState {
  const standing = { ...told, ahead: leastAhead(state.standing, told) };
  const isSamePlace = state.standing?.place === told.place;
  const from = isSamePlace && state.from !== undefined ? state.from : (standing.ahead ?? undefined);
  return { ...state, stage: 'waiting', standing, from, error: undefined };
}

/** News of the stream about somebody who waits. */
export function lineMoved(
  state: LineState,
  frame: Extract<LineFrame, { type: 'RANK_UPDATE' | 'SERVING' }>,
): LineState {
  const { standing } = state;
  if (!standing) return state;
  if (frame.type === 'RANK_UPDATE') {
    const { type: _, ...told } = frame;
    return standingTold(state, { ...standing, ...told });
  }
  const { serving, message, phase } = frame;
  if (frame.lane !== standing.lane) return { ...state, phase };
  return { ...standingTold(state, { ...standing, serving, message }), phase };
}

function leastAhead(before: StandingView | undefined, told: StandingView): number | null {
  if (told.place === null || told.ahead === null) return told.ahead;
  // Everybody up to `serving` has had his turn, so no more than those between are ahead.
  const most = Math.max(0, told.place - 1 - told.serving);
  const known = before?.place === told.place ? (before.ahead ?? most) : most;
  return Math.min(told.ahead, known, most);
}

/** 0 to 1, the buyer himself counted as the last step. Grows only, as long as the place is the same. */
export function progressOf({ stage, standing, from }: LineState): number {
  if (stage === 'entering' || stage === 'inside') return 1;
  if (standing?.ahead == null || from === undefined) return 0;
  return Math.max(0, (from - standing.ahead) / (from + 1));
}

/** A range in whole minutes; undefined for less than a minute. */
export function minutesOf({
  low,
  high,
}: {
  low: number;
  high: number;
}): { low: number; high: number } | undefined {
  if (high <= 60) return undefined;
  return { low: Math.floor(low / 60), high: Math.ceil(high / 60) };
}
