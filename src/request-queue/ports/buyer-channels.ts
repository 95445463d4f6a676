/** What else happens to a buyer: to his bookings, his holds, his places in waitlists. */
export interface BuyerEvent {
  /** On the wire as it stands here. */
  readonly type: 'booking_update' | 'reservation_expired' | 'reservation_lost' | 'waitlist_update';
  readonly data: Readonly<Record<string, string | number | readonly number[] | null>>;
}

/** Tells a buyer what happens to him outside the queue, on whatever node. */
export interface BuyerChannels {
  /** `hear` is called with each event from now on, after it is durable. The result ends it. */
  open(userId: string, hear: (event: BuyerEvent) => void): () => void;
}
