import type { Clock, Millis } from './clock.ts';
import { Unavailable } from './unavailable.ts';

/** Does not wait longer than this for an answer. Past it, whether the task took effect is unknown: it may still run. */
export function withinTime<R>(clock: Clock, limitMillis: Millis, task: () => Promise<R>): Promise<R> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(limitMillis, () =>
      reject(new Unavailable(`no answer within ${limitMillis} ms`, { indefinite: true })),
    );
    task().then(resolve, reject).finally(cancel);
  });
}
