import type { Claimant } from '../../../core/claimant.ts';
import type { Millis } from '../../../core/clock.ts';
import type { CommandKey } from '../../../core/command.ts';
import type { Refusal } from '../../../core/refusal.ts';

/** An event as this edition shows it. */
export interface ListedEvent {
  eventId: number;
  name: string;
  startsAt: Millis;
  venue: string | null;
}

export interface Events {
  /** All of them, the oldest first. */
  list(): readonly ListedEvent[];
  find(eventId: number): ListedEvent | undefined;
}

export interface SeatNow {
  seat: {
    readonly seatId: number;
    readonly section: string | null;
    readonly row: string | null;
    readonly price: number;
  };
  state: 'AVAILABLE' | 'HELD' | 'PAYING' | 'SOLD' | 'BLOCKED';
}

export interface Hold {
  readonly eventId: number;
  readonly seatId: number;
  /** The trace of the request that made it, so that a repeated one is answered with the same. */
  readonly sessionId: string | null;
  readonly heldAt: Millis;
  readonly expiresAt: Millis;
}

export interface Seats {
  /** By section, row and number; undefined when there is no such event. */
  seats(eventId: number): Promise<{ seats: readonly SeatNow[] } | undefined>;
}

/** Holds that are named by their seat. One that could not be paid for may be kept longer, and be given back, like any other. */
export interface Holds {
  hold(
    eventId: number,
    seatId: number,
    claimant: Claimant,
    manner: { holdMillis: Millis },
  ): Promise<{ hold: Hold } | Refusal>;
  extend(
    eventId: number,
    seatId: number,
    additionalMillis: Millis,
    claimant: Claimant,
  ): Promise<{ hold: Pick<Hold, 'expiresAt'> } | Refusal>;
  release(eventId: number, seatId: number, claimant: Claimant): Promise<{ released: number } | Refusal>;
}

export interface Order {
  readonly orderId: number;
  readonly eventId: number;
  readonly state: string;
  readonly seats: readonly { readonly seatId: number }[];
  readonly attempt: { readonly paymentId: string } | null;
  readonly createdAt: Millis;
  readonly confirmedAt: Millis | null;
}

export interface Orders {
  /** An order that is paid by itself. */
  submit(
    wish: { eventId: number; seatIds: readonly number[]; userId: string },
    key: CommandKey | undefined,
  ): Promise<Order | Refusal>;
  order(orderId: number, userId: string): Promise<Order | Refusal>;
  /** Order, payment and confirmation in one step. */
  buy(
    purchase: { eventId: number; seatId: number; userId: string; paymentId: string },
    key: CommandKey | undefined,
  ): Promise<Order | Refusal>;
  /** Brings the payment of an order to its outcome. */
  settle(orderId: number, userId: string, key: CommandKey | undefined): Promise<Order | Refusal>;
}

/** What operators and tests ask of the house. */
export interface House {
  /** Ends every hold and order of an event, and resolves when its seats are free; refused when there is no such event. */
  reset(eventId: number): Promise<Refusal | undefined>;
}
