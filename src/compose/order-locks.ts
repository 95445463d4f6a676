import { type Clock, type Millis, SECOND } from '../core/clock.ts';
import { every } from '../core/every.ts';
import type { LockLimits, Locks } from '../core/locks.ts';
import { Unavailable } from '../core/unavailable.ts';

/** Short, for the order of a node that died waits for it; who is still at work says so in time. */
export const ORDER_LOCKS: LockLimits = { timeoutMillis: 3 * SECOND, waitMillis: 4 * SECOND };
const SAID_EVERY: Millis = SECOND;

/** One task on an order at a time among the nodes: a cancellation and a payment never meet in the middle. */
export function orderLock(locks: Locks, clock: Clock) {
  return async <R>(orderId: number, task: () => Promise<R>): Promise<R> => {
    let done: { result: R } | undefined;
    await locks.distributedLock(`${orderId}:order`, async (lock) => {
      const stop = every(clock, SAID_EVERY, async () => {
        await lock.renew();
      });
      try {
        done = { result: await task() };
      } finally {
        stop();
      }
    });
    if (!done) throw new Unavailable('the order is being worked on');
    return done.result;
  };
}
