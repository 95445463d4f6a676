import type { Clock } from '../../../core/clock.ts';

/** The machine's monotonic time: it measures how long something takes, and says nothing about what time it is. */
export const OWN_CLOCK: Clock = {
  now: () => performance.now(),
  after(delayMillis, wake) {
    const timer = setTimeout(wake, Math.max(0, delayMillis));
    return () => clearTimeout(timer);
  },
};
