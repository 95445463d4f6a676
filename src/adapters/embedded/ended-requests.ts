import type { SeatRequest } from '../../request-queue/request.ts';

/** Requests of a generation. */
const REMEMBERED = 20_000;

/**
 * Requests that are remembered after their end, for those who ask again and again. Two generations, of which the older
 * one is forgotten whole: to find the oldest entry of a map from which much was deleted takes as many steps as it had.
 */
export class EndedRequests {
  #young = new Map<string, SeatRequest>();
  #old = new Map<string, SeatRequest>();

  find(requestId: string): SeatRequest | undefined {
    return this.#young.get(requestId) ?? this.#old.get(requestId);
  }

  add(request: SeatRequest): void {
    if (this.#young.size >= REMEMBERED) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(request.requestId, request);
  }

  forget(requestId: string): void {
    this.#young.delete(requestId);
    this.#old.delete(requestId);
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }
}
