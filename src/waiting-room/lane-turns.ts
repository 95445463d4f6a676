import { LANES, type Lane, type PerLane } from './lane.ts';

/** No lane with somebody in it waits through more admissions than this, however small its weight. */
export const PASSED_OVER_AT_MOST = 20;

/** Whose turn it is; kept with the room, so that a restart does not begin a new round. */
export interface Turns {
  /** Smooth weighted round robin, as nginx has it: who has gathered most is next. */
  readonly credit: PerLane<number>;
  /** Admissions since the lane was served or found empty. */
  readonly passedOver: PerLane<number>;
}

export const FIRST_TURNS: Turns = {
  credit: { high: 0, normal: 0, low: 0 },
  passedOver: { high: 0, normal: 0, low: 0 },
};

/**
 * The lane that is served next: shares follow the weights, and a lane that was passed over too often comes first. The
 * bound is met two admissions early, since two lanes may reach it together.
 */
export function nextTurn(
  turns: Turns,
  weights: PerLane<number>,
  hasSomebody: PerLane<boolean>,
): { lane: Lane; turns: Turns } | undefined {
  const waiting = LANES.filter((lane) => hasSomebody[lane]);
  const [first] = waiting;
  if (first === undefined) return undefined;
  const starved = longest(waiting, turns.passedOver);
  const credit = { ...turns.credit };
  for (const lane of waiting) credit[lane] += weights[lane];
  const isStarved = turns.passedOver[starved] >= PASSED_OVER_AT_MOST - (LANES.length - 1);
  const lane = isStarved ? starved : longest(waiting, credit);
  const total = waiting.reduce((sum, each) => sum + weights[each], 0);
  credit[lane] = Math.max(credit[lane] - total, -total);
  const passedOver = { high: 0, normal: 0, low: 0 };
  for (const each of waiting) passedOver[each] = each === lane ? 0 : turns.passedOver[each] + 1;
  return { lane, turns: { credit, passedOver } };
}

function longest(lanes: readonly Lane[], by: PerLane<number>): Lane {
  return lanes.reduce((best, lane) => (by[lane] > by[best] ? lane : best));
}
