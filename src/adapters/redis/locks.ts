import { type Clock, HOUR } from '../../core/clock.ts';
import { byScope, type Lock, type LockLimits, type Locks, scopeOf, tryPatiently } from '../../core/locks.ts';
import type { Random } from '../../core/random.ts';
import { onlyUnavailable, Unavailable } from '../../core/unavailable.ts';
import type { RedisConnection } from './connection/connection.ts';
import { luaScript } from './scripts.ts';

/** Of its latest grant; after it, fences grow by the server's time alone. */
const FENCE_KEPT = HOUR;
const TOKEN_BYTES = 16;

export interface RedisLocksNeeds {
  connection: RedisConnection;
  clock: Clock;
  random: Random;
  limits: LockLimits;
}

/** SET NX PX with a random token; released and renewed by scripts that look at the token first. */
export function redisLocks(needs: RedisLocksNeeds): Locks {
  return new RedisLocks(needs);
}

/** Locks of one scope, taken together. */
interface Taken {
  keys: string[];
  token: string;
  fences: number[];
}

class RedisLocks implements Locks {
  readonly #needs: RedisLocksNeeds;
  readonly #take = luaScript('locks-take');
  readonly #release = luaScript('locks-release');
  readonly #renew = luaScript('lock-renew');

  constructor(needs: RedisLocksNeeds) {
    this.#needs = needs;
  }

  distributedLock<R>(key: string, run: (lock: Lock) => Promise<R>): Promise<R | undefined> {
    return this.multiLock([key], ([lock]) => run(lock as Lock));
  }

  async multiLock<R>(
    keys: readonly string[],
    run: (locks: readonly Lock[]) => Promise<R>,
  ): Promise<R | undefined> {
    const taken: Taken[] = [];
    try {
      // Keys of several scopes may live on several servers, so they are taken one scope after the other.
      for (const scope of byScope(keys)) {
        const granted = await this.#wait(scope.keys);
        if (!granted) return undefined;
        taken.push(granted);
      }
      return await run(taken.flatMap((each) => this.#locksOf(each)));
    } finally {
      await Promise.all(taken.map((each) => this.#giveBack(each)));
    }
  }

  #wait(keys: string[]): Promise<Taken | undefined> {
    const { clock, random, limits } = this.#needs;
    return tryPatiently(() => this.#tryToTake(keys), { clock, random, waitMillis: limits.waitMillis });
  }

  async #tryToTake(keys: string[]): Promise<Taken | undefined> {
    const { connection, random, limits } = this.#needs;
    const token = random.hex(TOKEN_BYTES);
    const names = keys.flatMap((key) => [holderOf(key), fenceOf(key)]);
    try {
      const lasts = [`${limits.timeoutMillis}`, `${FENCE_KEPT}`];
      const fences = await connection.runScript<number[]>(this.#take, names, [token, ...lasts]);
      return fences.length > 0 ? { keys, token, fences } : undefined;
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      // It may have been granted all the same. Nothing has run under it, so for the caller this is definite.
      if (error.indefinite) await this.#giveBack({ keys, token });
      throw new Unavailable(`no lock can be had: ${error.message}`, { cause: error });
    }
  }

  /** What cannot be given back ends by itself. */
  async #giveBack({ keys, token }: Pick<Taken, 'keys' | 'token'>): Promise<void> {
    await this.#needs.connection.runScript(this.#release, keys.map(holderOf), [token]).catch(onlyUnavailable);
  }

  #locksOf({ keys, token, fences }: Taken): Lock[] {
    const { connection, limits } = this.#needs;
    return keys.map((key, index) => ({
      key,
      fence: fences[index] as number,
      renew: async () =>
        (await connection.runScript<number>(
          this.#renew,
          [holderOf(key)],
          [token, `${limits.timeoutMillis}`],
        )) === 1,
    }));
  }
}

function tagged(key: string): string {
  return `ticketing:{${scopeOf(key) || key}}:lock:${key}`;
}

function holderOf(key: string): string {
  return `${tagged(key)}:holder`;
}

function fenceOf(key: string): string {
  return `${tagged(key)}:fence`;
}
