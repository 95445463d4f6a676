import type { Clock, Millis } from './clock.ts';
import { every } from './every.ts';

/** One node's part in a lease. */
export interface Lease {
  /**
   * The fencing number while this node holds the lease, else undefined. Answered from memory. A node that cannot renew
   * is told that it holds nothing before another node can hold it. The number grows with each change of holder; what
   * must be sure carries it, for a store that lost its memory may grant a lease twice.
   */
  fence(): number | undefined;
  /** Told each time this node comes to hold the lease, and at once if it does. */
  whenHad(listener: () => void): void;
  /** Gives it back and tries for it no more. */
  release(): Promise<void>;
}

/** Leases that all nodes share: each is held by one node at most, and lost by a node that falls silent. */
export interface Leases {
  /** Tries for the lease from now on, again and again, and keeps it once it is had. */
  lease(name: string): Lease;
  /** Gives back all that is held. */
  close(): Promise<void>;
}

/** Runs a job again and again as long as the lease is held here. The job gets the fencing number. */
export function everyWhileHeld(
  lease: Lease,
  { clock, interval }: { clock: Clock; interval: Millis },
  job: (fence: number) => Promise<void>,
): () => void {
  return every(clock, interval, async () => {
    const fence = lease.fence();
    if (fence !== undefined) await job(fence);
  });
}

/** Starts what one node alone shall do when it comes to hold the lease, and stops it when the lease is lost. */
export function whileHeld(
  lease: Lease,
  { clock, interval }: { clock: Clock; interval: Millis },
  start: () => () => void,
): () => void {
  let stop: (() => void) | undefined;
  const look = () => {
    const isHeld = lease.fence() !== undefined;
    if (isHeld) stop ??= start();
    else {
      stop?.();
      stop = undefined;
    }
  };
  lease.whenHad(look);
  const stopLooking = every(clock, interval, async () => look());
  return () => {
    stopLooking();
    stop?.();
    stop = undefined;
  };
}
