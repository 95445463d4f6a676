import { MINUTE, type Millis, SECOND } from '../core/clock.ts';

const SECONDS = 60;
const RECENT_SECONDS = 15;
/** Over a shorter time nothing is measured; over a longer one the first in line would be told far too much. */
const SHORTEST: Millis = SECOND / 4;

/** How long somebody may have to wait. */
export interface Eta {
  lowSeconds: number;
  highSeconds: number;
}

/** How many were let in during each of the last sixty seconds: what people are told comes from what is, not from what is set. */
export class Pace {
  readonly #counts = new Uint32Array(SECONDS);
  #second = 0;
  #firstAt: Millis | undefined;

  note(count: number, now: Millis): void {
    this.#turn(now);
    this.#firstAt ??= now;
    const at = this.#second % SECONDS;
    this.#counts[at] = (this.#counts[at] as number) + count;
  }

  /** People let in during the last minute. */
  perMinute(now: Millis): number {
    this.#turn(now);
    return this.#sum(SECONDS);
  }

  /** For somebody with `ahead` people before him. Undefined while nothing has been measured. */
  eta(ahead: number, now: Millis): Eta | undefined {
    this.#turn(now);
    if (this.#firstAt === undefined) return undefined;
    const measured = Math.max(SHORTEST, Math.min(MINUTE, now - this.#firstAt)) / SECOND;
    const long = this.#sum(SECONDS) / measured;
    const recent = this.#sum(RECENT_SECONDS) / Math.min(RECENT_SECONDS, measured);
    if (long === 0) return undefined;
    const slow = Math.min(long, Math.max(recent, long / 2));
    const fast = Math.max(long, recent);
    return { lowSeconds: Math.floor((ahead + 1) / fast), highSeconds: Math.ceil((ahead + 1) / slow) + 1 };
  }

  #sum(seconds: number): number {
    let sum = 0;
    for (let back = 0; back < Math.min(seconds, this.#second + 1); back++) {
      sum += this.#counts[(this.#second - back) % SECONDS] as number;
    }
    return sum;
  }

  #turn(now: Millis): void {
    const second = Math.floor(now / SECOND);
    if (second <= this.#second) return;
    const passed = Math.min(SECONDS, second - this.#second);
    for (let step = 0; step < passed; step++) this.#counts[(second - step) % SECONDS] = 0;
    this.#second = second;
  }
}
