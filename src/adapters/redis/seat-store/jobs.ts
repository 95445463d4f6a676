import { type Clock, MINUTE, type Millis, SECOND } from '../../../core/clock.ts';
import { everyWhileHeld, type Leases } from '../../../core/leases.ts';
import type { RedisSeatStore } from './seat-store.ts';

/** Holds that are over are freed and announced at least this often, so well within a second of their end. */
const SWEEP_EVERY: Millis = 250;
/** Each node writes what it decided by itself; this finds what a node left that is no more. */
const FOLLOW_EVERY: Millis = 5 * SECOND;
const FORGET_EVERY: Millis = MINUTE;

/** What must be done for all events, by whichever node holds the lease. The result stops it. */
export function lookAfterSeats(
  seatStore: Pick<RedisSeatStore, 'expireDue' | 'settled' | 'forgetLapses'>,
  { clock, leases }: { clock: Clock; leases: Leases },
): () => Promise<void> {
  const lease = leases.lease('seats');
  const job = (interval: Millis, act: () => Promise<unknown>) =>
    everyWhileHeld(lease, { clock, interval }, async () => {
      await act();
    });
  const jobs = [
    job(SWEEP_EVERY, () => seatStore.expireDue()),
    job(FOLLOW_EVERY, () => seatStore.settled()),
    job(FORGET_EVERY, () => seatStore.forgetLapses()),
  ];
  return async () => {
    for (const stop of jobs) stop();
    await lease.release();
  };
}
