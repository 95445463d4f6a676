import { type Clock, type Millis, pause } from './clock.ts';
import type { Random } from './random.ts';

/** A lock as its holder sees it. */
export interface Lock {
  readonly key: string;
  /**
   * Larger than that of every earlier grant of this key. What is written under the lock carries it, so that a holder who
   * was silent for too long is refused there: the lock alone keeps nobody from writing late.
   */
  readonly fence: number;
  /** Starts the time of the lock anew. False when it is no longer ours; then it stays lost. */
  renew(): Promise<boolean>;
}

/**
 * Locks that all nodes share. A key is `<scope>:<name>`, for instance `17:seat:4`; keys of one scope are taken in one
 * step. A lock ends by itself when its holder is silent for longer than its time.
 */
export interface Locks {
  /**
   * Runs while nobody else holds the key, and gives it back, also when `run` throws. Waits for a bounded time, then
   * answers undefined without having run. Throws a definite Unavailable when locks cannot be had: nothing has run.
   */
  distributedLock<R>(key: string, run: (lock: Lock) => Promise<R>): Promise<R | undefined>;
  /**
   * The same with all of the keys at once, given in any order: whoever takes several takes them in the same order, so
   * nobody waits in a circle. When one cannot be had, those before it are given back.
   */
  multiLock<R>(keys: readonly string[], run: (locks: readonly Lock[]) => Promise<R>): Promise<R | undefined>;
}

export interface LockLimits {
  /** A lock that is not renewed ends after this. */
  timeoutMillis: Millis;
  /** Who wants a lock waits for this long at most. */
  waitMillis: Millis;
}

const FIRST_PAUSE: Millis = 5;
const PAUSE_MAX: Millis = 100;

/** Tries until it is granted or the patience ends. Pauses grow and are jittered, so that a crowd does not come in step. */
export async function tryPatiently<T>(
  attempt: () => Promise<T | undefined>,
  { clock, random, waitMillis }: { clock: Clock; random: Random; waitMillis: Millis },
): Promise<T | undefined> {
  const until = clock.now() + waitMillis;
  for (let tries = 0; ; tries++) {
    const granted = await attempt();
    if (granted !== undefined) return granted;
    const left = until - clock.now();
    if (left <= 0) return undefined;
    const most = Math.min(PAUSE_MAX, FIRST_PAUSE * 2 ** tries);
    await pause(clock, Math.min(left, 1 + random.below(most)));
  }
}

/** Empty for a key without one. */
export function scopeOf(key: string): string {
  return key.slice(0, Math.max(0, key.indexOf(':')));
}

/** Keys without repetition, in the order in which everybody takes them, by scope. */
export function byScope(keys: readonly string[]): { scope: string; keys: string[] }[] {
  const scopes: { scope: string; keys: string[] }[] = [];
  for (const key of [...new Set(keys)].sort()) {
    const scope = scopeOf(key);
    const last = scopes.at(-1);
    if (last?.scope === scope) last.keys.push(key);
    else scopes.push({ scope, keys: [key] });
  }
  return scopes;
}
