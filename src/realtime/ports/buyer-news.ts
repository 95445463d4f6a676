/** Something that happened to a buyer's bookings, holds or places in waitlists, for the buyer alone. */
export interface BuyerEvent {
  readonly userId: string;
  /** On the wire as it stands here. */
  readonly type: 'booking_update' | 'reservation_expired' | 'reservation_lost' | 'waitlist_update';
  readonly data: Readonly<Record<string, string | number | readonly number[] | null>>;
}

/**
 * Carries what happened to buyers, after it is durable, to every node that may have them listening. What one node tells
 * comes in order; the same event is told once, though several nodes come to know of it. What is lost with a node is not
 * told again: who listens asks anew when he connects.
 */
export interface BuyerNews {
  /** Never blocks, never throws. */
  happened(event: BuyerEvent): void;
  /** Hears everything told from now on, on any node. */
  listen(hear: (event: BuyerEvent) => void): void;
}
