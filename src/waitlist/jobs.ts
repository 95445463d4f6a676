import { type Clock, type Millis, SECOND } from '../core/clock.ts';
import { everyWhileHeld, type Lease } from '../core/leases.ts';
import type { WaitlistStore } from './ports/waitlist-store.ts';
import type { Serving } from './serving.ts';

/** Offers end and pass on this soon after their time. */
const OVERDUE_EVERY: Millis = 250;
/** For what no announcement told of: it was lost with a node, or a turn was broken off. */
const SWEEP_EVERY: Millis = SECOND;

/** Ends offers that nobody answered, and serves the lines also when nobody told that seats came back. One node does it. */
export function keepServing(
  { serving, store, lease }: { serving: Serving; store: WaitlistStore; lease: Lease },
  clock: Clock,
): () => void {
  const stops = [
    everyWhileHeld(lease, { clock, interval: OVERDUE_EVERY }, async () => {
      await serving.endOverdue();
    }),
    everyWhileHeld(lease, { clock, interval: SWEEP_EVERY }, async () => {
      for (const eventId of await store.eventsWaitedFor()) await serving.serve(eventId);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
