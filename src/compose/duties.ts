import { type Clock, SECOND } from '../core/clock.ts';
import { type Leases, whileHeld } from '../core/leases.ts';
import type { Role, RolesHere } from '../roles.ts';

/** Something that runs by itself. */
export interface Duty {
  /** Runs in every process that has one of these roles. */
  of: readonly Role[];
  /** Of all these processes one alone runs it, under a lease of this name. */
  alone?: string;
  /** The results stop it. */
  start: () => readonly (() => unknown)[];
}

/** Starts what this process has to do unasked; the result stops it. Part of `compose`. */
export function startDuties(
  { roles, clock, leases }: { roles: RolesHere; clock: Clock; leases: Leases },
  duties: readonly Duty[],
): () => void {
  const stops = duties
    .filter(({ of }) => roles.has(...of))
    .map(({ alone, start }) => {
      const startAll = () => stopAll(start());
      if (alone === undefined) return startAll();
      return whileHeld(leases.lease(`housekeeping:${alone}`), { clock, interval: SECOND }, startAll);
    });
  return stopAll(stops);
}

function stopAll(stops: readonly (() => unknown)[]): () => void {
  return () => {
    for (const stop of stops) stop();
  };
}
