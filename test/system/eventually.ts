import { setTimeout as delay } from 'node:timers/promises';

/** Asks until the answer is the wanted one, and fails with the last answer when it never is: only what never comes takes long. */
export async function eventually<T>(
  ask: () => Promise<T> | T,
  wanted: T | ((answer: T) => boolean),
  { seconds = 60, everyMillis = 40 }: { seconds?: number; everyMillis?: number } = {},
): Promise<T> {
  const isWanted =
    typeof wanted === 'function' ? (wanted as (answer: T) => boolean) : (answer: T) => answer === wanted;
  const deadline = performance.now() + seconds * 1_000;
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    if (performance.now() > deadline)
      throw new Error(`after ${seconds} s it is still ${JSON.stringify(answer)}, not ${String(wanted)}`);
    await delay(everyMillis);
  }
}
