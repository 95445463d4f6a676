import { embeddedEventBus } from '../../../src/adapters/embedded/event-bus.ts';
import { sqlCommandLog } from '../../../src/adapters/sql/command-log.ts';
import { groupCommitter } from '../../../src/adapters/sql/commits/group-committer.ts';
import { sqlDeadLetters } from '../../../src/adapters/sql/messages/dead-letters.ts';
import { migrate } from '../../../src/adapters/sql/migrate.ts';
import { sqlMailStore } from '../../../src/adapters/sql/tickets/mail-store.ts';
import { sqlTicketStore } from '../../../src/adapters/sql/tickets/ticket-store.ts';
import { ticketDocuments } from '../../../src/adapters/ticket-documents/documents.ts';
import { DAY } from '../../../src/core/clock.ts';
import { Once } from '../../../src/core/command.ts';
import type { Message } from '../../../src/core/message.ts';
import { Unavailable } from '../../../src/core/unavailable.ts';
import { followOrders } from '../../../src/ticket/consumers.ts';
import type { Mailer } from '../../../src/ticket/ports/mailer.ts';
import type { Ticket } from '../../../src/ticket/ticket.ts';
import type { TicketedOrder } from '../../../src/ticket/ticketed-order.ts';
import { type Ticketing, ticketing } from '../../../src/ticket/ticketing.ts';
import { type Faults, withFaults } from '../../backends/faults.ts';
import { HandClock } from '../../backends/hand-clock.ts';
import { memoryConnection } from '../../backends/memory-connection.ts';
import { keys, orderOf } from './tickets.ts';

/** Of all tests of a file: its thread takes a second to start. */
const documents = ticketDocuments();

/** What one process has of the tickets. */
export interface Node extends Ticketing {
  /** Brings a message to it, as the bus would. */
  deliver(message: Message): Promise<void>;
}

export interface Desk extends Node {
  readonly clock: HandClock;
  readonly faults: Faults;
  readonly store: ReturnType<typeof sqlTicketStore>;
  readonly mails: ReturnType<typeof sqlMailStore>;
  /** Orders as they are; a test changes them as the orders' slice would. */
  readonly orders: Map<number, TicketedOrder>;
  /** Another process on the same ledger. */
  anotherNode(): Node;
  /** An order is confirmed, and the tickets are issued. */
  sell(seatIds: readonly number[], more?: Partial<TicketedOrder>): Promise<Ticket[]>;
  /** The money of an order begins to go back; no message tells of it. */
  giveBack(orderId?: number): void;
  /** From now on nobody can be kept from an order. */
  loseLocks(): void;
}

/** The whole slice on a ledger in memory. Orders are the test's own. */
export async function ticketDesk(mailer?: Mailer): Promise<Desk> {
  const clock = new HandClock();
  const { connection, faults } = withFaults(memoryConnection());
  await migrate(connection);
  const orders = new Map<number, TicketedOrder>();
  const reader = groupCommitter(connection);
  const store = sqlTicketStore(reader);

  let areLocksLost = false;
  const undisturbed = async <R>(_: number, task: () => Promise<R>): Promise<R> => {
    if (areLocksLost) throw new Unavailable('locks cannot be had');
    return task();
  };

  const anotherNode = (): Node => {
    const database = groupCommitter(connection);
    const node = ticketing({
      store: sqlTicketStore(database),
      mails: sqlMailStore(database),
      orders: { find: async (orderId) => orders.get(orderId), undisturbed },
      events: {
        describe: () => ({ name: '겨울 콘서트', venue: 'Arena', startsAt: Date.UTC(2027, 11, 24, 10) }),
      },
      signatures: keys,
      documents,
      mailer,
      clock,
      once: new Once(sqlCommandLog(database, clock, { keptMillis: DAY })),
      timeZone: 'Asia/Seoul',
    });
    const bus = embeddedEventBus({ clock, deadLetters: sqlDeadLetters(database) });
    followOrders(bus, node.issuing);
    return { ...node, deliver: (message) => bus.publish([message]) };
  };

  const first = anotherNode();
  return {
    ...first,
    clock,
    faults,
    store,
    mails: sqlMailStore(reader),
    orders,
    anotherNode,
    async sell(seatIds, more) {
      const order = orderOf(seatIds, more);
      orders.set(order.orderId, order);
      await first.issuing.follow(order.orderId);
      return (await store.ofOrder(order.orderId)).tickets;
    },
    loseLocks() {
      areLocksLost = true;
    },
    giveBack(orderId = 12) {
      const order = orders.get(orderId);
      if (order) orders.set(orderId, { ...order, seats: [], revision: order.revision + 1 });
    },
  };
}

export function messageOf(type: string, messageId: string, orderId = 12): Message {
  return { messageId, topic: 'order.events', key: '3', body: { type, orderId, eventId: 3 }, at: 0 };
}
