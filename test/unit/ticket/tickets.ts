import { ticketKeys } from '../../../src/adapters/system/ticket-keys.ts';
import { settled } from '../../../src/ticket/moves.ts';
import type { Ticket, TicketSeat } from '../../../src/ticket/ticket.ts';
import type { TicketedOrder } from '../../../src/ticket/ticketed-order.ts';

export const NOW = Date.UTC(2026, 10, 21, 12, 0, 0, 345);

export const SEED = 'a'.repeat(64);
export const OTHER_SEED = '0b'.repeat(32);
export const keys = ticketKeys(SEED);

export function seatOf(seatId: number): TicketSeat {
  return { seatId, number: `A${seatId}`, section: 'Floor', row: 'A', type: 'REGULAR' };
}

/** A confirmed order of ann for these seats. */
export function orderOf(seatIds: readonly number[], more: Partial<TicketedOrder> = {}): TicketedOrder {
  return {
    orderId: 12,
    reference: 'BK-1',
    eventId: 3,
    buyerId: 'ann',
    revision: 3,
    contact: null,
    seats: seatIds.map(seatOf),
    ...more,
  };
}

/** A ticket as it was first issued. */
export function ticketOf(more: Partial<Ticket> = {}): Ticket {
  const [ticket] = settled(orderOf([345]), [], NOW).tickets as [Ticket];
  return { ...ticket, ...more };
}
