import { performance } from 'node:perf_hooks';
import type { Millis } from '../../core/clock.ts';

const LOOKS_EVERY: Millis = 500;
/** A look that comes so late was kept from coming. */
const STALL: Millis = 3 * LOOKS_EVERY;

/** Notices when the whole process stood still: a machine that was suspended, or one that had no processor to give. */
export class Stalls {
  readonly #timer: NodeJS.Timeout;
  #lookedAt = performance.now();
  #overAt = Number.NEGATIVE_INFINITY;

  constructor() {
    this.#timer = setInterval(() => this.#look(), LOOKS_EVERY).unref();
  }

  /** It stood still until a moment ago: what came meanwhile may not have been read yet. */
  get isJustOver(): boolean {
    const now = performance.now();
    return now - this.#lookedAt > STALL || now - this.#overAt < LOOKS_EVERY;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const now = performance.now();
    if (now - this.#lookedAt > STALL) this.#overAt = now;
    this.#lookedAt = now;
  }
}
