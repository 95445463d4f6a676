import { type Clock, type Millis, SECOND } from '../core/clock.ts';
import { every } from '../core/every.ts';
import { everyWhileHeld, type Lease } from '../core/leases.ts';
import { onlyUnavailable } from '../core/unavailable.ts';
import type { KnownLines } from './known-lines.ts';
import type { WaitlistTurns } from './ports/waitlist-turns.ts';
import type { Serving } from './serving.ts';

/** Offers end and pass on this soon after their time. */
const OVERDUE_EVERY: Millis = 250;
/** For what no announcement told of: it was lost with a node, or a turn was broken off. */
const SWEEP_EVERY: Millis = SECOND;
/** How soon a node knows that somebody began to wait at another. */
const LOOK_EVERY: Millis = 250;

/** Ends offers that nobody answered, and serves the lines also when nobody told that seats came back. One node does it. */
export function keepServing(
  { serving, turns, lease }: { serving: Serving; turns: WaitlistTurns; lease: Lease },
  clock: Clock,
): () => void {
  const stops = [
    everyWhileHeld(lease, { clock, interval: OVERDUE_EVERY }, async () => {
      await serving.endOverdue();
    }),
    everyWhileHeld(lease, { clock, interval: SWEEP_EVERY }, async () => {
      for (const eventId of await turns.eventsWaitedFor()) await serving.serve(eventId);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** Keeps known who waits where other nodes write, from the start on: until the first look every hold reads the store. */
export function keepLooking(lines: Pick<KnownLines, 'look'>, clock: Clock): () => void {
  void lines.look().catch(onlyUnavailable);
  return every(clock, LOOK_EVERY, () => lines.look());
}
