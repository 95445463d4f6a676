import type { Clock, Millis } from './clock.ts';
import { NotAsked } from './not-asked.ts';

export interface BulkheadLimits {
  /** Tasks that run at once. */
  atOnce: number;
  /** Tasks that may wait for one of those to end; past it a task is refused. */
  waiting: number;
  /** A task that has waited as long is refused. */
  longestWaitMillis: Millis;
}

/** Keeps one slow back end from taking everything: so many tasks at once, so many waiting, first come first served. */
export class Bulkhead {
  readonly #clock: Clock;
  readonly #limits: BulkheadLimits;
  readonly #waiting = new Set<() => void>();
  #running = 0;

  constructor(clock: Clock, limits: BulkheadLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Tasks that run or wait, as a share of all there is room for: 0 to 1. */
  get load(): number {
    const { atOnce, waiting } = this.#limits;
    return (this.#running + this.#waiting.size) / (atOnce + waiting);
  }

  /** Throws NotAsked when there is no room. */
  async run<R>(task: () => Promise<R>): Promise<R> {
    if (this.#running < this.#limits.atOnce) this.#running++;
    else await this.#turn();
    try {
      return await task();
    } finally {
      this.#leave();
    }
  }

  /** Whoever leaves hands his place to the one who has waited longest, so `running` stays as it is. */
  #leave(): void {
    const [next] = this.#waiting;
    if (next) next();
    else this.#running--;
  }

  #turn(): Promise<void> {
    if (this.#waiting.size >= this.#limits.waiting)
      return Promise.reject(new NotAsked('too many requests are under way'));
    return new Promise((resolve, reject) => {
      const enter = () => {
        cancel();
        this.#waiting.delete(enter);
        resolve();
      };
      const cancel = this.#clock.after(this.#limits.longestWaitMillis, () => {
        this.#waiting.delete(enter);
        reject(new NotAsked('waited too long for requests under way'));
      });
      this.#waiting.add(enter);
    });
  }
}
