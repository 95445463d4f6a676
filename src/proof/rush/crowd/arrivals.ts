import type { Millis } from '../../../core/clock.ts';
import { diceOf } from './dice.ts';

/** Of all buyers, those who sat waiting for the opening and all press within its first second. */
export const AT_THE_OPENING = 0.05;
/** The rest thin out exponentially; the window is this many time constants long. */
const TIME_CONSTANTS = 3;

/**
 * When each buyer arrives, in milliseconds after the opening, in order: a burst, then decay. The schedule is fixed
 * before the first request (an open model), so a slow server meets the same crowd as a fast one.
 */
export function arrivalTimes(options: { buyers: number; seconds: number; seed: number }): Float64Array {
  const dice = diceOf(options.seed, -1);
  const times = new Float64Array(options.buyers);
  for (let buyer = 0; buyer < options.buyers; buyer++) {
    // Stratified: one draw in each of `buyers` equal slices of the distribution keeps the curve smooth.
    times[buyer] = quantile((buyer + dice.unit()) / options.buyers, options.seconds);
  }
  return times.sort();
}

function quantile(share: number, seconds: number): Millis {
  const burst = Math.min(1, seconds);
  if (share < AT_THE_OPENING) return (share / AT_THE_OPENING) * burst * 1_000;
  const rest = (share - AT_THE_OPENING) / (1 - AT_THE_OPENING);
  const decayed = 1 - rest * (1 - Math.exp(-TIME_CONSTANTS));
  return (-Math.log(decayed) / TIME_CONSTANTS) * seconds * 1_000;
}
