import type { Clock, Millis } from '../../../core/clock.ts';

/**
 * The own clock plus an offset that goes to where it is aimed: forward at once, backward by running at half the speed
 * until it is there, so that time never runs backwards.
 */
export class FollowedTime {
  readonly #own: Clock;
  #offset: Millis;
  #aim: Millis;
  #at: Millis;
  #latest: Millis;

  constructor(own: Clock, { offset, notBefore }: { offset: Millis; notBefore: Millis }) {
    this.#own = own;
    this.#at = own.now();
    this.#aim = offset;
    this.#offset = Math.max(offset, notBefore - this.#at);
    this.#latest = notBefore;
  }

  aim(offset: Millis): void {
    this.#follow();
    this.#aim = offset;
  }

  now(): Millis {
    this.#follow();
    this.#latest = Math.max(this.#latest, Math.floor(this.#at + this.#offset));
    return this.#latest;
  }

  #follow(): void {
    const now = this.#own.now();
    const slowed = this.#offset - (now - this.#at) / 2;
    this.#offset = Math.max(this.#aim, slowed);
    this.#at = now;
  }
}
