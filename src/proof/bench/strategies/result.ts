import type { Outcome } from './tally.ts';
import { isBroken, type Way } from './ways.ts';

/** One contest: where, how, for how many seats, and what became of it. */
export interface ContestResult extends Outcome {
  backEnds: string;
  way: Way;
  seats: number;
  /** Of the machine, when the contest was over. */
  load: number;
}

/** Sound ways that gave a seat twice: a defect of the program, whatever else the figures say. */
export function unsound(results: readonly ContestResult[]): ContestResult[] {
  return results.filter(({ way, seatsTwice }) => seatsTwice > 0 && !isBroken(way));
}
