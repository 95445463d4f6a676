import type { Language } from '../core/language.ts';
import type { TicketSeat } from './ticket.ts';

/** Where a buyer wants the tickets sent. */
export interface Contact {
  readonly email: string;
  readonly language: Language;
}

/** An order as far as tickets depend on it. */
export interface TicketedOrder {
  readonly orderId: number;
  /** What the buyer knows it by. */
  readonly reference: string;
  readonly eventId: number;
  readonly buyerId: string;
  /** Grows with every change of the order. */
  readonly revision: number;
  /** Seats that are paid for and not given back: each of them is owed one ticket. */
  readonly seats: readonly TicketSeat[];
  readonly contact: Contact | null;
}
