import type { Along } from '../../core/along.ts';
import type { Millis } from '../../core/clock.ts';
import type { CommandRecord } from '../../core/command.ts';
import type { Order } from '../order.ts';

/** A fact about an order, for whoever listens on the bus. */
export interface OrderMessage {
  messageId: string;
  /** What happened: the order's new state. */
  type: Order['state'];
  orderId: number;
  eventId: number;
  userId: string;
  at: Millis;
}

export interface OrderStore {
  /**
   * Writes an order, its message, its command record and what goes along: all or nothing, durable when it resolves.
   * Fenced: only a higher revision replaces what is there; else it throws Conflict, since somebody else moved the order
   * first.
   */
  save(
    order: Order,
    more?: { message?: OrderMessage; record?: CommandRecord | undefined; along?: Along | undefined },
  ): Promise<void>;
  /** Writes the record of a command that found its order where it wanted it. Throws Conflict when there is one. */
  answered(record: CommandRecord): Promise<void>;
  find(orderId: number): Promise<Order | undefined>;
  findByReference(reference: string): Promise<Order | undefined>;
  /** A buyer's orders, newest first, at most `limit`. */
  listOf(userId: string, limit: number): Promise<Order[]>;
  /** Orders whose driver must look at them by now, earliest first, at most `limit`. */
  due(now: Millis, limit: number): Promise<Order[]>;
  /**
   * Orders of an event that are not at an end, confirmed ones included: those with a larger id than `after`, by id, at
   * most `limit`.
   */
  openOf(eventId: number, after: number, limit: number): Promise<Order[]>;
  /** Which of these orders exist. */
  existing(orderIds: readonly number[]): Promise<Set<number>>;
}
