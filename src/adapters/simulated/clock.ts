import type { Clock, Millis } from '../../core/clock.ts';
import type { Life } from './life.ts';
import type { Scheduler } from './scheduler.ts';

/**
 * The clock of one life of a process, as the system clock is: the machine's wall clock at the start, never before what
 * the ledger has seen, and monotonic from there. `wallError` is how far the wall clock is off in this life.
 */
export function simulatedClock(
  scheduler: Scheduler,
  life: Life,
  { wallError, notBefore }: { wallError: Millis; notBefore: Millis },
): Clock {
  const offset = Math.max(scheduler.now + wallError, notBefore) - scheduler.now;
  return {
    now: () => scheduler.now + offset,
    after(delayMillis, wake) {
      let isWanted = true;
      const cancel = scheduler.after(delayMillis, 'timer', () =>
        life.enter(() => {
          if (isWanted) wake();
        }),
      );
      return () => {
        isWanted = false;
        cancel();
      };
    },
  };
}
