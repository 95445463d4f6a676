/**
 * Acts on what is in memory in the very turn in which it is found good. Whoever waited for a load asks again: what was
 * loaded may be lost before his turn comes, and what is read anew must not be changed by who still has the old.
 * Undefined when a load found nothing.
 */
export function onGood<T extends object, R>(
  inMemory: () => T | undefined,
  load: () => Promise<void>,
  act: (good: T) => R | Promise<R>,
): Promise<R>;
export function onGood<T extends object, R>(
  inMemory: () => T | undefined,
  load: () => Promise<boolean>,
  act: (good: T) => R | Promise<R>,
): Promise<R | undefined>;
export async function onGood<T extends object, R>(
  inMemory: () => T | undefined,
  load: () => Promise<unknown>,
  act: (good: T) => R | Promise<R>,
): Promise<R | undefined> {
  let good = inMemory();
  while (!good) {
    if ((await load()) === false) return undefined;
    good = inMemory();
  }
  return act(good);
}
