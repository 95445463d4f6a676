import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Clock } from '../../core/clock.ts';

const SAMPLE_MILLIS = 500;
const RESOLUTION_MILLIS = 20;

export interface Shedding {
  /** Too late already: say so at once instead of letting everybody wait. A plain field, because every request reads it. */
  overloaded: boolean;
  stop(): void;
}

/**
 * Watches how late the event loop is. @fastify/under-pressure does the same with a hook of its own on every request;
 * here the one hook there is reads one boolean.
 */
export function shedding(clock: Clock, delayMillis: number): Shedding {
  const watch: Shedding = { overloaded: false, stop: () => {} };
  if (delayMillis === 0) return watch;
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MILLIS });
  delays.enable();
  let cancel = clock.after(SAMPLE_MILLIS, sample);
  let wasLate = false;
  function sample(): void {
    const isLate = delays.percentile(90) / 1e6 - RESOLUTION_MILLIS > delayMillis;
    // One late sample may be one stall, a start above all, which is over when it is seen: who comes after it is served.
    watch.overloaded = isLate && wasLate;
    wasLate = isLate;
    delays.reset();
    cancel = clock.after(SAMPLE_MILLIS, sample);
  }
  watch.stop = () => {
    cancel();
    delays.disable();
  };
  return watch;
}
