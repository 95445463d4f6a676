import type { Order, OrderedSeat, OrderState } from '../order/order.ts';
import type { OrderStore } from '../order/ports/order-store.ts';
import type { TicketedOrders } from '../ticket/ports/ticketed-orders.ts';
import type { TicketSeat } from '../ticket/ticket.ts';

/** The tickets ask the orders what was paid for. */
export function ticketedOrders(
  orders: Pick<OrderStore, 'find'>,
  { undisturbed }: Pick<TicketedOrders, 'undisturbed'>,
): TicketedOrders {
  return {
    undisturbed,
    async find(orderId) {
      const order = await orders.find(orderId);
      return (
        order && {
          orderId,
          reference: order.reference,
          eventId: order.eventId,
          buyerId: order.userId,
          revision: order.revision,
          seats: owned(order).map(ticketSeat),
          contact: order.contact,
        }
      );
    },
  };
}

/** Seats are owned from the confirmation until all their money begins to go back. */
const OWNS_SEATS: Readonly<Record<OrderState, boolean>> = {
  PENDING: false,
  AUTHORIZING: false,
  UNKNOWN: false,
  VOIDING: false,
  CONFIRMED: true,
  PART_REFUNDING: true,
  REFUNDING: false,
  CANCELLED: false,
  FAILED: false,
};

function owned({ state, seats }: Order): readonly OrderedSeat[] {
  return OWNS_SEATS[state] ? seats : [];
}

function ticketSeat({ seatId, number, section, row, type }: OrderedSeat): TicketSeat {
  return { seatId, number, section, row, type };
}
