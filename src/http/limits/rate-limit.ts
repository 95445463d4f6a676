import { type Millis, SECOND } from '../../core/clock.ts';

/** Keys of a generation; past it the generation ends early, so that memory is bounded whatever the crowd. */
const KEYS_MAX = 200_000;
const BURST: Millis = SECOND;
/** Keys that spent more than a burst, here and elsewhere; of others past it no more than a burst is remembered. */
const OWING_MAX = 10_000;
/** More than eight nodes let pass before they hear of each other (`shareLimits`). */
const OWED_MAX: Millis = 20_000;

/**
 * Requests per second and key, with a second's worth of burst, as the generic cell rate algorithm (ITU-T I.371): one
 * number per key, the time at which the key would be idle again. A key idle for a second is as good as unknown, so
 * two generations of keys suffice and none needs a timer. Why not @fastify/rate-limit: on a no-op POST it alone took
 * 5 microseconds of processor time beside 24 (7 to 13 % of the throughput); the limit was 5 %.
 */
export class RateLimit {
  readonly perSecond: number;
  readonly #interval: Millis;
  #young = new Map<string, Millis>();
  #old = new Map<string, Millis>();
  #turnAt: Millis = 0;
  /** When those will be idle who are charged with more than a burst. */
  readonly #owing = new Map<string, Millis>();
  /** Undefined while nobody asks. */
  #spent: Map<string, number> | undefined;

  constructor(perSecond: number) {
    this.perSecond = perSecond;
    this.#interval = SECOND / perSecond;
  }

  /** 0 when the request may pass, else the seconds after which the next one may. A refused request costs nothing. */
  take(key: string, now: Millis): number {
    if (now >= this.#turnAt || this.#young.size >= KEYS_MAX) this.#turn(now);
    const idleAt = Math.max(this.#idleAt(key), now) + this.#interval;
    const excess = idleAt - now - BURST;
    if (excess > 0) return Math.ceil(excess / SECOND);
    this.#young.set(key, idleAt);
    if (this.#spent) this.#note(key, this.#spent);
    return 0;
  }

  /** Counts requests that passed elsewhere: they passed, whatever is left of the limit. */
  charge(key: string, requests: number, now: Millis): void {
    if (now >= this.#turnAt || this.#young.size >= KEYS_MAX) this.#turn(now);
    const idleAt = Math.max(this.#idleAt(key), now) + requests * this.#interval;
    if (idleAt - now > BURST && (this.#owing.size < OWING_MAX || this.#owing.has(key)))
      this.#owing.set(key, Math.min(idleAt, now + OWED_MAX));
    else this.#young.set(key, Math.min(idleAt, now + BURST));
  }

  /** Whose requests passed here, and how many, since it was last asked; the first time nobody's. */
  spent(): ReadonlyMap<string, number> {
    const spent = this.#spent;
    this.#spent = new Map();
    return spent ?? this.#spent;
  }

  #idleAt(key: string): Millis {
    const known = this.#young.get(key) ?? this.#old.get(key) ?? 0;
    return this.#owing.size === 0 ? known : Math.max(known, this.#owing.get(key) ?? 0);
  }

  #note(key: string, spent: Map<string, number>): void {
    const before = spent.get(key);
    if (before !== undefined || spent.size < KEYS_MAX) spent.set(key, (before ?? 0) + 1);
  }

  #turn(now: Millis): void {
    this.#old = this.#young;
    this.#young = new Map();
    this.#turnAt = now + BURST;
    for (const [key, idleAt] of this.#owing) {
      if (idleAt - now > BURST) continue;
      this.#owing.delete(key);
      this.#young.set(key, Math.max(idleAt, this.#old.get(key) ?? 0));
    }
  }
}

/** No limit at all for 0. */
export function rateLimit(perSecond: number): RateLimit | undefined {
  return perSecond > 0 ? new RateLimit(perSecond) : undefined;
}
