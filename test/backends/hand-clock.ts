import type { Clock, Millis } from '../../src/core/clock.ts';

/** A clock that moves when told, and wakes what is due in the order of its time. */
export class HandClock implements Clock {
  #now: Millis;
  #waiting: { at: Millis; wake: () => void }[] = [];

  constructor(now: Millis = Date.UTC(2026, 10, 21)) {
    this.#now = now;
  }

  now(): Millis {
    return this.#now;
  }

  after(delayMillis: Millis, wake: () => void): () => void {
    const entry = { at: this.#now + delayMillis, wake };
    this.#waiting.push(entry);
    return () => {
      this.#waiting = this.#waiting.filter((each) => each !== entry);
    };
  }

  advance(millis: Millis): void {
    const until = this.#now + millis;
    for (;;) {
      const [next] = this.#waiting.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.#waiting = this.#waiting.filter((each) => each !== next);
      this.#now = Math.max(this.#now, next.at);
      next.wake();
    }
    this.#now = until;
  }
}
