import type { Claimant } from '../core/claimant.ts';
import type { Clock } from '../core/clock.ts';
import type { Language } from '../core/language.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import type { Issuing } from './issuing.ts';
import { reissued, type TicketChanges, transferred } from './moves.ts';
import type { OrderTurns } from './order-turns.ts';
import type { TicketStore } from './ports/ticket-store.ts';
import type { TicketedOrders } from './ports/ticketed-orders.ts';
import { isLive, type Ticket, type TicketId, type TicketMove } from './ticket.ts';

export interface TicketNeeds {
  store: TicketStore;
  orders: TicketedOrders;
  issuing: Issuing;
  turns: OrderTurns;
  clock: Clock;
  /** Rows in one list. */
  listed: number;
  /** Transfers and new issues of one seat's right. */
  revisionsMax: number;
}

type Asker = Pick<Claimant, 'userId' | 'key'>;

/** What people do with their tickets. Somebody else's ticket answers exactly like none. */
export class TicketService {
  readonly #needs: TicketNeeds;

  constructor(needs: TicketNeeds) {
    this.#needs = needs;
  }

  /** What a person holds or held, latest order first. */
  heldBy(userId: string, filter: { eventId?: number }): Promise<Ticket[]> {
    return this.#needs.store.heldBy(userId, { ...filter, limit: this.#needs.listed });
  }

  /**
   * What a person holds or held of an order, by seat. Its buyer finds the tickets from the moment it is confirmed, even
   * before the message about it came by.
   */
  async ofOrder(orderId: number, userId: string): Promise<Ticket[]> {
    const { store, orders, issuing } = this.#needs;
    if ((await orders.find(orderId))?.buyerId === userId) await issuing.follow(orderId);
    const { tickets } = await store.ofOrder(orderId);
    return tickets.filter(({ holderId }) => holderId === userId);
  }

  async ticket(id: TicketId, userId: string): Promise<Ticket | Refusal> {
    const ticket = await this.#needs.store.find(id);
    return ticket?.holderId === userId ? ticket : refuse('TICKET_NOT_FOUND');
  }

  /** A ticket whose code may be shown. */
  async liveTicket(id: TicketId, userId: string): Promise<Ticket | Refusal> {
    const ticket = await this.ticket(id, userId);
    return isRefusal(ticket) || isLive(ticket) ? ticket : refuse('TICKET_NOT_VALID', { state: ticket.state });
  }

  /** The tickets of an order whose codes may be shown to this holder. */
  async liveTickets(orderId: number, userId: string): Promise<Ticket[] | Refusal> {
    const live = (await this.ofOrder(orderId, userId)).filter(isLive);
    return live.length > 0 ? live : refuse('TICKET_NOT_FOUND');
  }

  history(ticket: Ticket): Promise<TicketMove[]> {
    return this.#needs.store.history(ticket.id, this.#needs.listed);
  }

  /** In which a ticket speaks to its holder when nobody says another; its buyer may have chosen. */
  async languageFor(ticket: Ticket): Promise<Language> {
    const order = await this.#needs.orders.find(ticket.id.orderId);
    return (order?.buyerId === ticket.holderId && order.contact?.language) || 'en';
  }

  /**
   * The old code dies with the answer, which is the ticket as its former holder sees it from now on. Its buyer does not
   * give the order back meanwhile, nor afterwards.
   */
  transfer(id: TicketId, to: string, { userId, key }: Asker): Promise<Ticket | Refusal> {
    return this.#endOwn(id, { userId, key }, 'former', (ticket) =>
      transferred(ticket, to, this.#needs.clock.now()),
    );
  }

  /** The old code dies with the answer, which is the new ticket. */
  reissue(id: TicketId, { userId, key }: Asker): Promise<Ticket | Refusal> {
    return this.#endOwn(id, { userId, key }, 'new', (ticket) => reissued(ticket, this.#needs.clock.now()));
  }

  #endOwn(
    id: TicketId,
    { userId, key }: Asker,
    answered: 'former' | 'new',
    decide: (ticket: Ticket) => TicketChanges,
  ): Promise<Ticket | Refusal> {
    const { turns, orders } = this.#needs;
    return turns.take(id.orderId, key, () =>
      orders.undisturbed(id.orderId, () => this.#endInTurn(id, { userId, key }, answered, decide)),
    );
  }

  async #endInTurn(
    id: TicketId,
    { userId, key }: Asker,
    answered: 'former' | 'new',
    decide: (ticket: Ticket) => TicketChanges,
  ): Promise<Ticket | Refusal> {
    const { issuing, store, clock, revisionsMax } = this.#needs;
    await issuing.followInTurn(id.orderId);
    const ticket = await this.ticket(id, userId);
    if (isRefusal(ticket)) return ticket;
    if (ticket.state !== 'VALID') return refuse('TICKET_NOT_VALID', { state: ticket.state });
    if (id.revision >= revisionsMax) return refuse('TICKET_CHANGE_LIMIT', { limit: revisionsMax - 1 });
    const changes = decide(ticket);
    const reply = changes.tickets[answered === 'former' ? 0 : 1] as Ticket;
    const record = key && { key, reply, at: clock.now() };
    await store.save({ ...changes, ...(record && { record }) });
    return reply;
  }
}
