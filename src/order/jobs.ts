import { type Clock, type Millis, SECOND } from '../core/clock.ts';
import { every } from '../core/every.ts';
import type { OrderService } from './service.ts';

const DRIVE_EVERY: Millis = 250;
const DRIVEN_AT_ONCE = 500;
const ORPHANS_EVERY: Millis = 30 * SECOND;

/** Ends lapsed orders and drives on those that were left in the middle. */
export function driveOrders(orders: OrderService, clock: Clock): () => void {
  return every(clock, DRIVE_EVERY, async () => {
    await orders.driveDue(DRIVEN_AT_ONCE);
  });
}

/** Frees seats whose order was lost between their claim and its first row. */
export function freeOrphans(orders: OrderService, clock: Clock): () => void {
  return every(clock, ORPHANS_EVERY, async () => {
    await orders.releaseOrphans();
  });
}
