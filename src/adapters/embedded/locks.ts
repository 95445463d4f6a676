import type { Clock, Millis } from '../../core/clock.ts';
import { byScope, type Lock, type LockLimits, type Locks, tryPatiently } from '../../core/locks.ts';
import type { Random } from '../../core/random.ts';

/** Locks of the one process there is. */
export function embeddedLocks(needs: { clock: Clock; random: Random; limits: LockLimits }): Locks {
  return new EmbeddedLocks(needs);
}

interface Grant {
  fence: number;
  expiresAt: Millis;
}

class EmbeddedLocks implements Locks {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #limits: LockLimits;
  /** As many as are held; one that expired is there until its holder ends or another takes it. */
  readonly #grants = new Map<string, Grant>();
  #lastFence = 0;

  constructor({ clock, random, limits }: { clock: Clock; random: Random; limits: LockLimits }) {
    this.#clock = clock;
    this.#random = random;
    this.#limits = limits;
  }

  distributedLock<R>(key: string, run: (lock: Lock) => Promise<R>): Promise<R | undefined> {
    return this.multiLock([key], ([lock]) => run(lock as Lock));
  }

  async multiLock<R>(
    keys: readonly string[],
    run: (locks: readonly Lock[]) => Promise<R>,
  ): Promise<R | undefined> {
    const wanted = byScope(keys).flatMap((scope) => scope.keys);
    const { waitMillis } = this.#limits;
    const locks = await tryPatiently(async () => this.#take(wanted), {
      clock: this.#clock,
      random: this.#random,
      waitMillis,
    });
    if (!locks) return undefined;
    try {
      return await run(locks);
    } finally {
      for (const { key, fence } of locks)
        if (this.#grants.get(key)?.fence === fence) this.#grants.delete(key);
    }
  }

  /** All of them or none. */
  #take(keys: readonly string[]): Lock[] | undefined {
    const now = this.#clock.now();
    if (keys.some((key) => (this.#grants.get(key)?.expiresAt ?? 0) > now)) return undefined;
    return keys.map((key) => {
      // Of the time, so that it grows over restarts too.
      const fence = Math.max(this.#lastFence + 1, now * 1_000);
      this.#lastFence = fence;
      this.#grants.set(key, { fence, expiresAt: now + this.#limits.timeoutMillis });
      return { key, fence, renew: async () => this.#renew(key, fence) };
    });
  }

  #renew(key: string, fence: number): boolean {
    const grant = this.#grants.get(key);
    const now = this.#clock.now();
    if (grant?.fence !== fence || grant.expiresAt <= now) return false;
    grant.expiresAt = now + this.#limits.timeoutMillis;
    return true;
  }
}
