import { sqlOrderStore } from '../adapters/sql/orders/order-store.ts';
import { sqlTicketStore } from '../adapters/sql/tickets/ticket-store.ts';
import { orderSeats } from '../bridges/order-seats.ts';
import { orderTickets } from '../bridges/order-tickets.ts';
import { orderedEvents } from '../bridges/ordered-events.ts';
import type { CatalogService } from '../catalog/service.ts';
import { SECOND } from '../core/clock.ts';
import type { Once } from '../core/command.ts';
import type { Ids } from '../core/ids.ts';
import type { OrderStore } from '../order/ports/order-store.ts';
import { OrderService } from '../order/service.ts';
import type { HoldHistory } from '../reservation/ports/hold-history.ts';
import type { SeatStore } from '../reservation/ports/seat-store.ts';
import { ALL_ROLES } from '../roles.ts';
import type { Grounded, Machine } from './machine.ts';
import type { Messages } from './messages.ts';
import { orderLock } from './order-locks.ts';
import { paymentSettings } from './payment-settings.ts';
import { composePayments, type Payments } from './payments.ts';
import { tracedAlone, tracedPayments, tracedSeats } from './traced.ts';

interface Surroundings {
  catalog: CatalogService;
  seatStore: SeatStore;
  history: HoldHistory;
  ids: Ids;
  once: Once;
  messages: Pick<Messages, 'limited'>;
}

/** The orders, and the payments in this process or another. Part of `compose`. */
export async function composeOrders(
  machine: Grounded,
  { catalog, seatStore, history, ids, once, messages }: Surroundings,
): Promise<{ orders: OrderService; orderStore: OrderStore; payments: Payments }> {
  const { config, clock, database, ground, tracer } = machine;
  const payments = await paymentsOf(machine);
  const orderStore = sqlOrderStore(database, {
    ...(ground.isShared && { remembered: 0 }),
    here: tracer?.here,
  });
  const seats = messages.limited(orderSeats({ seatStore, catalog, history }));
  const alone = ground.orderLocks && orderLock(ground.orderLocks, clock);
  const orders = new OrderService({
    store: orderStore,
    seats: tracer ? tracedSeats(seats, tracer) : seats,
    events: orderedEvents(catalog),
    tickets: orderTickets(sqlTicketStore(database)),
    payments: tracer ? tracedPayments(payments.service, tracer) : payments.service,
    clock,
    ids,
    once,
    paymentDeadlineMillis: config.payment.deadlineSeconds * SECOND,
    paymentGraceMillis: 30 * SECOND,
    listed: 1_000,
    isAlone: !ground.isShared,
    alone: tracer ? tracedAlone(database, tracer, alone) : alone,
  });
  return { orders, orderStore, payments };
}

async function paymentsOf(machine: Machine): Promise<Payments> {
  const { config, clock, random, database, tracer, listener, paymentProvider, roles = ALL_ROLES } = machine;
  if (!roles.has('payment')) return (await import('./payments-elsewhere.ts')).paymentsElsewhere(machine);
  return composePayments({
    clock,
    random,
    database,
    settings: paymentSettings(config),
    ...(paymentProvider && { provider: paymentProvider, noticeReader: machine.noticeReader }),
    calls: listener,
    tracer,
  });
}
