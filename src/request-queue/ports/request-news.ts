import type { SeatRequest } from '../request.ts';

/** Something that happened to a buyer outside the queue, for the buyer alone. */
export interface BuyerEvent {
  readonly userId: string;
  /** On the wire as it stands here. */
  readonly type: 'booking_update' | 'reservation_expired';
  readonly data: Readonly<Record<string, string | number | readonly number[] | null>>;
}

/**
 * Carries what happened to requests and buyers, after it is durable, to every node that may have them listening. Each
 * request's news come in order. What is lost with a node is not told again: who listens asks anew when it connects.
 */
export interface RequestNews {
  /** Never blocks, never throws. */
  changed(requests: readonly SeatRequest[]): void;
  happened(event: BuyerEvent): void;
  /** Hears everything told from now on, on any node. */
  listen(listener: { changed(request: SeatRequest): void; happened(event: BuyerEvent): void }): void;
}
