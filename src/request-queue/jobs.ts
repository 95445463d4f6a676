import { type Clock, MINUTE, type Millis, SECOND } from '../core/clock.ts';
import { every } from '../core/every.ts';
import type { RequestDelivery } from './ports/request-delivery.ts';
import type { RequestLedger } from './ports/request-ledger.ts';
import type { RequestQueueService } from './service.ts';
import type { RequestWorker } from './worker.ts';

const RECONCILE_EVERY: Millis = SECOND;
const FORGET_EVERY: Millis = MINUTE;
const FORGOTTEN_AT_ONCE = 5_000;

/** Lets this process serve requests; the result stops it. */
export function serveRequests(delivery: RequestDelivery, worker: RequestWorker): () => void {
  const stop = delivery.consume((eventId) => worker.work(eventId));
  return () => void stop();
}

/** Finds requests that were accepted and that no worker was told of, at once and from then on. */
export function reconcileRequests(queue: RequestQueueService, clock: Clock): () => void {
  const stopFirst = every(clock, 0, async () => {
    stopFirst();
    await queue.reconcile();
  });
  const stop = every(clock, RECONCILE_EVERY, () => queue.reconcile());
  return () => {
    stopFirst();
    stop();
  };
}

/** Forgets requests a while after their end. */
export function forgetRequests(
  ledger: RequestLedger,
  clock: Clock,
  { keptMillis }: { keptMillis: Millis },
): () => void {
  return every(clock, FORGET_EVERY, async () => {
    const before = clock.now() - keptMillis;
    while ((await ledger.forgetEndedBefore(before, FORGOTTEN_AT_ONCE)) === FORGOTTEN_AT_ONCE);
  });
}
