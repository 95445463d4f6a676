import type { Millis } from '../../../core/clock.ts';
import { elapsed } from '../stopwatch.ts';

const TICK: Millis = 5;

/**
 * Wakes a crowd with one timer. Most of a waiting crowd sleeps; a timer of Node's own for each of 100,000 sleepers
 * costs this program more than what they ask when they wake.
 */
export class Alarms {
  readonly #due = new Map<number, (() => void)[]>();
  /** The last one that has rung. */
  #tick = 0;

  /** Calls `wake` at that time or up to a tick later, and says when. */
  at(time: Millis, wake: () => void): Millis {
    if (this.#due.size === 0) this.#begin();
    const tick = Math.max(this.#tick + 1, Math.ceil(time / TICK));
    const others = this.#due.get(tick);
    if (others) others.push(wake);
    else this.#due.set(tick, [wake]);
    return tick * TICK;
  }

  sleep(millis: Millis): Promise<void> {
    return new Promise((resolve) => void this.at(elapsed() + millis, resolve));
  }

  #begin(): void {
    this.#tick = Math.floor(elapsed() / TICK);
    this.#waitForNext();
  }

  #waitForNext(): void {
    setTimeout(() => this.#ring(), Math.max(1, Math.ceil((this.#tick + 1) * TICK - elapsed())));
  }

  #ring(): void {
    const now = Math.floor(elapsed() / TICK);
    while (this.#tick < now) {
      this.#tick++;
      const due = this.#due.get(this.#tick) ?? [];
      for (const wake of due) wake();
      this.#due.delete(this.#tick);
    }
    if (this.#due.size > 0) this.#waitForNext();
  }
}
