import type { Millis } from '../../core/clock.ts';

/**
 * Milliseconds with fractions on one monotonic clock that all threads of the process share, so that a buyer's answer
 * in one thread and a watcher's frame in another can be compared. performance.now() starts anew in each thread;
 * hrtime does not, but costs a BigInt a call.
 */
const origin = Number(process.hrtime.bigint()) / 1e6 - performance.now();

export function elapsed(): Millis {
  return origin + performance.now();
}
