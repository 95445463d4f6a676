import type { Millis } from '../../core/clock.ts';
import type { CommandRecord } from '../../core/command.ts';
import type { Mail } from '../mail.ts';
import type { Ticket, TicketId, TicketMove } from '../ticket.ts';

/** How far an order's changes have been taken over. */
export interface Issue {
  readonly orderId: number;
  readonly eventId: number;
  /** The revision of the order that the tickets follow. */
  readonly orderRevision: number;
  /** Grows by one with each change: who writes it has seen the one before, and the tickets that came with it. */
  readonly version: number;
  readonly at: Millis;
}

/** A message that was dealt with. */
export interface Taken {
  readonly consumer: string;
  readonly messageId: string;
  readonly at: Millis;
}

export interface TicketWrites {
  readonly tickets?: readonly Ticket[];
  readonly moves?: readonly TicketMove[];
  readonly issue?: Issue | undefined;
  readonly taken?: Taken | undefined;
  readonly mail?: Mail | undefined;
  readonly record?: CommandRecord | undefined;
}

/** The durable side of the tickets. Every method may throw Unavailable; after a definite one nothing was written. */
export interface TicketStore {
  /**
   * Writes tickets, their moves, how far their order was followed, the message that was dealt with, a mail and a command
   * record: all or nothing, durable when it resolves. Fenced: throws Conflict when a ticket, an issue or a mail that is
   * there is as new as the one given, and when the message or the command was dealt with before; nothing is written then.
   */
  save(writes: TicketWrites): Promise<void>;
  /** Whether a consumer has dealt with a message. */
  hasTaken(consumer: string, messageId: string): Promise<boolean>;
  /** Every ticket of an order, by seat and revision, and how far the order was followed; never newer than the tickets. */
  ofOrder(orderId: number): Promise<{ issue: Issue | undefined; tickets: Ticket[] }>;
  find(id: TicketId): Promise<Ticket | undefined>;
  /** What a person holds or held, latest order first, at most `limit`. */
  heldBy(userId: string, filter: { eventId?: number; limit: number }): Promise<Ticket[]>;
  /** Tickets of an event that let in or have let in, by seat. */
  liveOf(eventId: number): Promise<Ticket[]>;
  /** What was done to a ticket, oldest first, at most `limit`. */
  history(id: TicketId, limit: number): Promise<TicketMove[]>;
}
