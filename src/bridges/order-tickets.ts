import type { Tickets } from '../order/ports/tickets.ts';
import type { TicketStore } from '../ticket/ports/ticket-store.ts';
import { isLive } from '../ticket/ticket.ts';

/** The orders ask the tickets whether all of them could still be given back. */
export function orderTickets(store: Pick<TicketStore, 'ofOrder'>): Tickets {
  return {
    async areOutOfHand({ orderId, userId }) {
      const { tickets } = await store.ofOrder(orderId);
      return tickets.some(
        (ticket) => isLive(ticket) && (ticket.holderId !== userId || ticket.state === 'USED'),
      );
    },
  };
}
