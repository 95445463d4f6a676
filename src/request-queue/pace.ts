import { type Millis, SECOND } from '../core/clock.ts';
import { LatestMap } from '../core/latest-map.ts';

/** Before anything was measured. */
const UNKNOWN_MILLIS = 1;
/** How much of the estimate a batch replaces. */
const WEIGHT = 0.2;
const EVENTS_MAX = 10_000;

/** How long an event's workers take for a request, as measured on what they served: a moving average. */
export class Pace {
  readonly #millisPerRequest = new LatestMap<number, number>({ most: EVENTS_MAX });

  served(eventId: number, count: number, took: Millis): void {
    if (count === 0) return;
    const before = this.#millisPerRequest.get(eventId) ?? took / count;
    this.#millisPerRequest.set(eventId, before + WEIGHT * (took / count - before));
  }

  /** Whole seconds until `count` more requests are served, at least one when there are any. */
  secondsFor(eventId: number, count: number): number {
    const millis = this.#millisPerRequest.get(eventId) ?? UNKNOWN_MILLIS;
    return Math.ceil((count * millis) / SECOND);
  }
}
