import type { Clock, Millis } from './clock.ts';
import { Unavailable } from './unavailable.ts';

/**
 * Runs a job again and again, `interval` after it last ended, until the returned function is called. A job that throws
 * Unavailable is tried again next time; any other error is a defect and surfaces as an unhandled rejection.
 */
export function every(clock: Clock, interval: Millis, job: () => Promise<void>): () => void {
  let cancel: (() => void) | undefined;
  let stopped = false;
  const schedule = () => {
    if (!stopped) cancel = clock.after(interval, () => void run());
  };
  const run = async () => {
    try {
      await job();
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
    } finally {
      schedule();
    }
  };
  schedule();
  return () => {
    stopped = true;
    cancel?.();
  };
}
