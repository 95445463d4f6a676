import type { SeatRequest } from '../request.ts';

/** Something that happened to a buyer outside the queue, for the buyer alone. */
export interface BuyerEvent {
  readonly userId: string;
  /** On the wire as it stands here. */
  readonly type: 'booking_update' | 'reservation_expired' | 'reservation_lost' | 'waitlist_update';
  readonly data: Readonly<Record<string, string | number | readonly number[] | null>>;
}

/** Whoever tells those who watch. */
export interface RequestNewsListener {
  changed(request: SeatRequest): void;
  happened(event: BuyerEvent): void;
  /** News of other nodes may have been lost on the way: how things stand is to be asked for. */
  missed(): void;
}

/**
 * Carries what happened to requests and buyers, after it is durable, to every node that may have them listening. Each
 * request's news come in order; the same event of a buyer is told once, though several nodes come to know of it. What is
 * lost with a node is not told again: who listens asks anew when it connects.
 */
export interface RequestNews {
  /** Never blocks, never throws. */
  changed(requests: readonly SeatRequest[]): void;
  happened(event: BuyerEvent): void;
  /** Hears everything told from now on, on any node. */
  listen(listener: RequestNewsListener): void;
}
