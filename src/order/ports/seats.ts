import type { Millis } from '../../core/clock.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { Stamp } from '../../core/stamp.ts';
import type { OrderedSeat } from '../order.ts';

interface ClaimedSeat {
  seatId: number;
  fence: Stamp;
}

export interface OrderSeats {
  orderId: number;
  eventId: number;
  userId: string;
  seats: readonly ClaimedSeat[];
}

/** Who has a seat; nobody when it is free or out of the sale. */
export interface SeatStanding {
  state: 'FREE' | 'HELD' | 'PAYING' | 'SOLD' | 'BLOCKED';
  userId: string | null;
  orderId: number | null;
  /** Of the claim. */
  expiresAt: Millis | null;
  /** Past which the claim could not be held, whatever its buyer asked for. */
  latestEnd: Millis | null;
}

/** Seats that are claimed for an order. */
export interface ClaimedOrder {
  orderId: number;
  currency: string;
  seats: OrderedSeat[];
  /** When the claims end. */
  until: Millis;
}

/** What an order needs of the seats. Every step may be asked again and then does what is left to do. */
export interface Seats {
  /** The buyer's held seats become seats being paid for until the deadline. All or none. */
  beginPayment(claim: {
    orderId: number;
    eventId: number;
    userId: string;
    seatIds: readonly number[];
    deadline: Millis;
  }): Promise<{ currency: string; seats: OrderedSeat[] } | Refusal>;
  /** What the buyer has claimed exactly these seats for and still pays; undefined where he has not. */
  claimedOrder(wish: {
    eventId: number;
    userId: string;
    seatIds: readonly number[];
  }): Promise<ClaimedOrder | undefined>;
  /** How a seat stands now; undefined when the event has no such seat. */
  standing(eventId: number, seatId: number): Promise<SeatStanding | undefined>;
  /** Writes the sold rows, all or none, and tells the fences under which they are sold. */
  sell(order: OrderSeats): Promise<ReadonlyMap<number, Stamp> | Refusal>;
  /** Frees what the order still has claimed, and no longer pays for. */
  endPayment(
    order: OrderSeats,
    cause: { outcome: 'booking_cancelled' | 'payment_deadline'; actor: string | null },
  ): Promise<void>;
  /** Takes sold seats back into the sale. */
  returnSale(order: OrderSeats, cause: { actor: string | null }): Promise<void>;
  /** Orders that claims being paid for belong to, and their claims. */
  beingPaid(): Promise<OrderSeats[]>;
}
