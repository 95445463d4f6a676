/** A point in time: whole milliseconds since 1970-01-01T00:00:00Z. */
export type Millis = number;

/**
 * The one source of time. Rules never read it: the time of a decision arrives with the command.
 * Real twin: adapters/system/clock.ts. Simulated twin: adapters/simulated/clock.ts.
 */
export interface Clock {
  /** The present. Never runs backwards within a process, nor behind the high-water mark it was started with. */
  now(): Millis;
  /** Calls `wake` once, at or after `delayMillis` from now. The result cancels it; cancelling twice is harmless. */
  after(delayMillis: number, wake: () => void): () => void;
}

export const SECOND: Millis = 1_000;
export const MINUTE: Millis = 60 * SECOND;
export const HOUR: Millis = 60 * MINUTE;
export const DAY: Millis = 24 * HOUR;

/** Resolves at or after `delayMillis` from now. */
export function pause(clock: Clock, delayMillis: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delayMillis, resolve);
  });
}
