import type { Dice } from '../../../adapters/simulated/dice.ts';
import { diceOf } from './dice.ts';

/** What becomes of the hold or the booking, if the buyer gets one. */
export type Plan = 'buy' | 'let-lapse' | 'release' | 'cancel-after';
/** How the buyer presses the button. */
export type Manner = 'calm' | 'double-click' | 'hang-up';

/** One virtual buyer, drawn before the rush. */
export interface Character {
  userId: string;
  party: number;
  plan: Plan;
  manner: Manner;
  /** Asks for the best seats instead of choosing on the map. */
  wantsBest: boolean;
  /** Goes alone when no seats together are left. */
  splits: boolean;
  /** Seats lost to others before giving up. */
  tries: number;
  dice: Dice;
}

const SHARES = { lapse: 0.02, release: 0.03, cancelAfter: 0.02, doubleClick: 0.05, hangUp: 0.03 } as const;

/** `run` names the rush, so that a second one against the same event is a new crowd with the same wishes. */
export function drawCharacter(
  crowd: { run: string; seed: number; party: { from: number; to: number } },
  buyer: number,
): Character {
  const dice = diceOf(crowd.seed, buyer);
  return {
    userId: buyerName(crowd.run, buyer),
    party: dice.between(crowd.party.from, crowd.party.to),
    plan: drawPlan(dice.unit()),
    manner: drawManner(dice.unit()),
    wantsBest: dice.chance(0.3),
    splits: dice.chance(0.5),
    tries: dice.between(2, 5),
    dice,
  };
}

export function buyerName(run: string, buyer: number): string {
  return `rush-${run}-${buyer}`;
}

function drawPlan(draw: number): Plan {
  if (draw < SHARES.lapse) return 'let-lapse';
  if (draw < SHARES.lapse + SHARES.release) return 'release';
  if (draw < SHARES.lapse + SHARES.release + SHARES.cancelAfter) return 'cancel-after';
  return 'buy';
}

function drawManner(draw: number): Manner {
  if (draw < SHARES.doubleClick) return 'double-click';
  return draw < SHARES.doubleClick + SHARES.hangUp ? 'hang-up' : 'calm';
}
