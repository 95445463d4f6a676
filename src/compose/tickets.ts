import { sqlMailStore } from '../adapters/sql/tickets/mail-store.ts';
import { sqlTicketStore } from '../adapters/sql/tickets/ticket-store.ts';
import { ticketKeys } from '../adapters/system/ticket-keys.ts';
import { ticketDocuments } from '../adapters/ticket-documents/documents.ts';
import { ticketedOrders } from '../bridges/ticketed-orders.ts';
import type { CatalogService } from '../catalog/service.ts';
import type { Once } from '../core/command.ts';
import type { EventBus } from '../core/message.ts';
import type { OrderStore } from '../order/ports/order-store.ts';
import type { OrderService } from '../order/service.ts';
import { followOrders } from '../ticket/consumers.ts';
import { sendMails } from '../ticket/jobs.ts';
import { type Ticketing, ticketing } from '../ticket/ticketing.ts';
import type { Machine } from './machine.ts';

interface Surroundings {
  catalog: CatalogService;
  once: Once;
  bus: EventBus;
  orders: Pick<OrderService, 'undisturbed'>;
  orderStore: OrderStore;
}

/** The tickets: they follow the orders over the bus. Part of `compose`. */
export function composeTickets(
  machine: Machine,
  { catalog, once, bus, orders, orderStore }: Surroundings,
): Ticketing & { startJobs(): (() => void)[] } {
  const { clock, random, database, mailer } = machine;
  const tickets = ticketing({
    store: sqlTicketStore(database),
    mails: sqlMailStore(database),
    orders: ticketedOrders(orderStore, { undisturbed: (orderId, task) => orders.undisturbed(orderId, task) }),
    events: { describe: (eventId) => catalog.event(eventId) },
    signatures: ticketKeys(machine.ticketKeys ?? random.hex(32)),
    documents: ticketDocuments(),
    mailer,
    clock,
    once,
    timeZone: machine.ticketTimeZone ?? 'UTC',
  });
  followOrders(bus, tickets.issuing);
  const { mailing } = tickets;
  return { ...tickets, startJobs: () => (mailing ? [sendMails(mailing, clock)] : []) };
}
