import type { Clock, Millis } from '../core/clock.ts';
import type { Once } from '../core/command.ts';
import type { Ids } from '../core/ids.ts';
import type { OrderStore } from './ports/order-store.ts';
import type { OrderedEvents } from './ports/ordered-events.ts';
import type { Payments } from './ports/payments.ts';
import type { Seats } from './ports/seats.ts';
import type { Tickets } from './ports/tickets.ts';

/** What the services of orders are made of; each takes its part. */
export interface OrderNeeds {
  store: OrderStore;
  seats: Seats;
  events: OrderedEvents;
  payments: Payments;
  tickets: Tickets;
  clock: Clock;
  ids: Ids;
  once: Once;
  /** A pending order gives its seats back after this. */
  paymentDeadlineMillis: Millis;
  /** Seats stay claimed this much longer, so that a payment begun in time finds them. */
  paymentGraceMillis: Millis;
  /** Rows in one list. */
  listed: number;
  /** Nobody else makes orders, so a claim without its order's row, and not being made here, is nobody's work. */
  isAlone: boolean;
  /** Runs a task on an order while no other node has one on it; undefined where there is no other node. */
  alone?: (<R>(orderId: number, task: () => Promise<R>) => Promise<R>) | undefined;
}
