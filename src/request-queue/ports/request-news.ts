import type { SeatRequest } from '../request.ts';

/** Whoever tells those who watch. */
export interface RequestNewsListener {
  changed(request: SeatRequest): void;
  /** News of other nodes may have been lost on the way: how things stand is to be asked for. */
  missed(): void;
}

/**
 * Carries what happened to requests, after it is durable, to every node that may have somebody watch them. Each request's
 * news come in order. What is lost with a node is not told again: who listens asks anew when it connects.
 */
export interface RequestNews {
  /** Never blocks, never throws. */
  changed(requests: readonly SeatRequest[]): void;
  /** Hears everything told from now on, on any node. */
  listen(listener: RequestNewsListener): void;
}
