import type { Clock, Millis } from '../../core/clock.ts';

/**
 * The machine's time at the start, and from there on the monotonic clock, so that a wall clock set back or forward
 * while the process runs moves no deadline. `notBefore` is the latest time that the ledger has seen.
 */
export function systemClock(options: { notBefore?: Millis } = {}): Clock {
  const origin = Math.max(Date.now(), options.notBefore ?? 0) - performance.now();
  return {
    now: () => Math.floor(origin + performance.now()),
    after(delayMillis, wake) {
      const timer = setTimeout(wake, Math.max(0, delayMillis));
      return () => clearTimeout(timer);
    },
  };
}
