import type { Clock, Millis } from './clock.ts';
import { NotAsked } from './not-asked.ts';
import { Unavailable } from './unavailable.ts';

export interface BreakerLimits {
  /** Outcomes remembered; the oldest is forgotten. */
  remembered: number;
  /** Fewer outcomes than this say nothing. */
  leastOutcomes: number;
  /** Share of failures among them at which it opens, 0 to 1. */
  failureShare: number;
  /** After so long one task at a time is let through to see. */
  openMillis: Millis;
  /** Tasks that must go well in a row before it closes again. */
  probes: number;
}

/**
 * Spares a back end that fails: when too many of the latest tasks failed, nobody asks it for a while, then one at a
 * time, until it answers again (M. Nygard, "Release It!"). Only Unavailable counts as a failure: an expected no is an
 * answer.
 */
export class CircuitBreaker {
  readonly #clock: Clock;
  readonly #limits: BreakerLimits;
  /** Whether each of the latest tasks failed, oldest first. */
  #failures: boolean[] = [];
  #openUntil: Millis | undefined;
  #probing = false;
  #probesWell = 0;

  constructor(clock: Clock, limits: BreakerLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  get state(): 'closed' | 'open' | 'half_open' {
    if (this.#openUntil === undefined) return 'closed';
    return this.#clock.now() < this.#openUntil ? 'open' : 'half_open';
  }

  /**
   * Throws NotAsked while it is open. A task that has failed before and fails again `says_nothing` of the back end that
   * was not known: only its going well counts.
   */
  async run<R>(task: () => Promise<R>, failure: 'counts' | 'says_nothing' = 'counts'): Promise<R> {
    const { state } = this;
    if (state === 'open' || (state === 'half_open' && this.#probing))
      throw new NotAsked('it has failed too often of late', { retryAfterSeconds: this.#secondsLeft() });
    if (state === 'half_open') this.#probing = true;
    try {
      const answer = await task();
      this.#note({ failed: false, probe: state === 'half_open' });
      return answer;
    } catch (error) {
      const failed = error instanceof Unavailable && !(error instanceof NotAsked);
      if (failed && failure === 'says_nothing') this.#forget({ probe: state === 'half_open' });
      else this.#note({ failed, probe: state === 'half_open' });
      throw error;
    }
  }

  #note({ failed, probe }: { failed: boolean; probe: boolean }): void {
    if (probe) {
      this.#noteProbe(failed);
      return;
    }
    // What began before it opened tells nothing about what came after.
    if (this.#openUntil !== undefined) return;
    this.#failures.push(failed);
    if (this.#failures.length > this.#limits.remembered) this.#failures.shift();
    const { length } = this.#failures;
    const share = this.#failures.filter(Boolean).length / length;
    if (length >= this.#limits.leastOutcomes && share >= this.#limits.failureShare) this.#open();
  }

  /** Somebody else may probe instead. */
  #forget({ probe }: { probe: boolean }): void {
    if (probe) this.#probing = false;
  }

  #noteProbe(failed: boolean): void {
    this.#probing = false;
    if (failed) {
      this.#open();
      return;
    }
    if (++this.#probesWell < this.#limits.probes) return;
    this.#openUntil = undefined;
    this.#failures = [];
  }

  #open(): void {
    this.#openUntil = this.#clock.now() + this.#limits.openMillis;
    this.#probesWell = 0;
  }

  #secondsLeft(): number {
    return Math.max(1, Math.ceil(((this.#openUntil ?? 0) - this.#clock.now()) / 1_000));
  }
}
