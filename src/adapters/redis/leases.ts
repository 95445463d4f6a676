import { DAY, type Millis } from '../../core/clock.ts';
import type { Lease, Leases } from '../../core/leases.ts';
import type { Random } from '../../core/random.ts';
import { onlyUnavailable } from '../../core/unavailable.ts';
import type { RedisConnection } from './connection/connection.ts';
import { luaScript } from './scripts.ts';

/** Of its latest holding; after it, fences grow by the server's time alone. */
const FENCE_KEPT = DAY;
const TOKEN_BYTES = 16;
const RENEWALS_PER_TERM = 3;
/** The holder counts a little less than the server, whose clock may run a little faster. */
const CAUTION = 0.95;

export interface RedisLeasesNeeds {
  connection: RedisConnection;
  random: Random;
  /** A node that is silent for so long has lost its leases. */
  termMillis: Millis;
}

/**
 * A key per lease with the holder's token. The holder counts its term from before it asked, on the monotonic clock of
 * its own machine, so it stops before the server lets anybody else in.
 */
export function redisLeases(needs: RedisLeasesNeeds): Leases {
  const all = new Set<KeptLease>();
  return {
    lease(name) {
      const lease = new KeptLease(name, needs, () => all.delete(lease));
      all.add(lease);
      return lease;
    },
    async close() {
      await Promise.all([...all].map((lease) => lease.release()));
    },
  };
}

class KeptLease implements Lease {
  readonly #needs: RedisLeasesNeeds;
  readonly #keys: [holder: string, fence: string];
  readonly #token: string;
  readonly #keep = luaScript('lease-keep');
  readonly #ended: () => void;
  #cancelNext: (() => void) | undefined;
  #asking: Promise<void> | undefined;
  #fence = 0;
  #heldUntil = 0;
  #released = false;
  readonly #listeners: (() => void)[] = [];

  constructor(name: string, needs: RedisLeasesNeeds, ended: () => void) {
    this.#needs = needs;
    this.#keys = [`ticketing:{lease:${name}}:holder`, `ticketing:{lease:${name}}:fence`];
    this.#token = needs.random.hex(TOKEN_BYTES);
    this.#ended = ended;
    this.#asking = this.#ask();
  }

  fence(): number | undefined {
    return this.#needs.connection.ownClock.now() < this.#heldUntil ? this.#fence : undefined;
  }

  whenHad(listener: () => void): void {
    this.#listeners.push(listener);
    if (this.fence() !== undefined) listener();
  }

  async release(): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    this.#ended();
    this.#cancelNext?.();
    this.#heldUntil = 0;
    // An answer that is under way would come after the release, and leave the lease with nobody for a term.
    await this.#asking;
    this.#heldUntil = 0;
    await this.#needs.connection
      .runScript(luaScript('locks-release'), [this.#keys[0]], [this.#token])
      .catch(onlyUnavailable);
  }

  async #ask(): Promise<void> {
    const { connection, termMillis, random } = this.#needs;
    const askedAt = connection.ownClock.now();
    try {
      const lasts = [`${termMillis}`, `${FENCE_KEPT}`];
      const fence = await connection.runScript<number | null>(this.#keep, this.#keys, [
        this.#token,
        ...lasts,
      ]);
      const wasHeld = this.fence() === fence;
      this.#fence = fence ?? 0;
      this.#heldUntil = fence === null || this.#released ? 0 : askedAt + termMillis * CAUTION;
      if (!wasHeld && this.fence() !== undefined) for (const listener of this.#listeners) listener();
    } catch (error) {
      // A lease that was not renewed runs out by itself.
      onlyUnavailable(error);
    } finally {
      this.#asking = undefined;
    }
    if (this.#released) return;
    const pause = termMillis / RENEWALS_PER_TERM;
    const jitter = random.below(Math.ceil(pause / 4));
    this.#cancelNext = connection.ownClock.after(pause - jitter, () => {
      this.#asking = this.#ask();
    });
  }
}
