/** First to last: who is in an earlier lane is served first, as long as nobody in a later one has waited too long. */
export const LANES = ['high', 'normal', 'low'] as const;
export type Lane = (typeof LANES)[number];

/** What the policy sees of one lane. */
export interface LaneView {
  readonly waiting: number;
  /** Requests of other lanes that were served since somebody has been waiting in this one, or was last served. */
  readonly passedOver: number;
}

export type LaneViews = Readonly<Record<Lane, LaneView>>;

/**
 * The lane that is served next; undefined when nobody waits. A lane in which somebody waits is passed over at most
 * `bound` times, which is 4 or more: it is served one early, since two lanes may come to their bound at the same time.
 */
export function nextLane(lanes: LaneViews, bound: number): Lane | undefined {
  let starving: Lane | undefined;
  for (const lane of LANES) {
    const { waiting, passedOver } = lanes[lane];
    if (waiting === 0 || passedOver < bound - 1) continue;
    if (!starving || passedOver > lanes[starving].passedOver) starving = lane;
  }
  return starving ?? LANES.find((lane) => lanes[lane].waiting > 0);
}

/** What the principal may have, lowered by what he asks for; asking never raises it. */
export function laneFor(entitled: Lane, asked: Lane | undefined): Lane {
  return LANES[Math.max(LANES.indexOf(entitled), LANES.indexOf(asked ?? entitled))] as Lane;
}

/**
 * How many are served before somebody who has `inLane` others before him in his lane, as far as can be told now: who
 * comes later into an earlier lane may still pass him.
 */
export function aheadOf(lane: Lane, inLane: number, lanes: LaneViews, bound: number): number {
  let ahead = inLane;
  let isEarlier = true;
  for (const other of LANES) {
    const { waiting } = lanes[other];
    if (other === lane) isEarlier = false;
    else ahead += isEarlier ? waiting : Math.min(waiting, Math.floor(ahead / bound));
  }
  return Math.min(ahead, (inLane + 1) * bound + inLane);
}
