import type { Clock } from '../core/clock.ts';
import { newMail } from './mail.ts';
import { settled } from './moves.ts';
import type { OrderTurns } from './order-turns.ts';
import type { TicketStore, TicketWrites } from './ports/ticket-store.ts';
import type { TicketedOrders } from './ports/ticketed-orders.ts';
import type { TicketedOrder } from './ticketed-order.ts';

export interface IssuingNeeds {
  store: TicketStore;
  orders: TicketedOrders;
  turns: OrderTurns;
  clock: Clock;
  /** Whether tickets are mailed to buyers who left an address. */
  mails: 'sent' | 'not sent';
}

/** A message that told of a change. */
export interface Told {
  readonly consumer: string;
  readonly messageId: string;
}

/** Keeps the tickets of an order as the order says: issues them when it is paid for, kills them when it is given back. */
export class Issuing {
  readonly #needs: IssuingNeeds;

  constructor(needs: IssuingNeeds) {
    this.#needs = needs;
  }

  /** Safe to call at any time and any number of times; a message is dealt with once. */
  async follow(orderId: number, told?: Told): Promise<void> {
    await this.#needs.turns.take(orderId, undefined, () => this.followInTurn(orderId, told));
  }

  /** For who has the order's turn already. */
  async followInTurn(orderId: number, told?: Told): Promise<void> {
    const { store, orders, clock } = this.#needs;
    if (told && (await store.hasTaken(told.consumer, told.messageId))) return;
    const order = await orders.find(orderId);
    if (!order) return;
    const now = clock.now();
    const writes = await this.#changes(order, told !== undefined);
    const taken = told && { at: now, ...told };
    if (writes || taken) await store.save({ taken, ...writes });
  }

  /**
   * What to write so that the tickets follow the order; undefined when they do. The order's revision is written with
   * them, so that of two nodes that saw different states of the order the second is refused and looks again. `isTold`
   * writes it even where no ticket changes: an order given back early is never issued late.
   */
  async #changes(order: TicketedOrder, isTold: boolean): Promise<TicketWrites | undefined> {
    const { store, clock, mails } = this.#needs;
    const { orderId, eventId, contact } = order;
    const known = await store.ofOrder(orderId);
    if ((known.issue?.orderRevision ?? 0) >= order.revision) return undefined;
    const now = clock.now();
    const { tickets, moves } = settled(order, known.tickets, now);
    if (tickets.length === 0 && !isTold) return undefined;
    const isFirst = known.tickets.length === 0 && tickets.length > 0;
    const mail = isFirst && contact && mails === 'sent' ? newMail(orderId, contact, now) : undefined;
    const version = (known.issue?.version ?? 0) + 1;
    const issue = { orderId, eventId, orderRevision: order.revision, version, at: now };
    return { issue, tickets, moves, mail };
  }
}
