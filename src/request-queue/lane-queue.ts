import { assert } from '../core/assert.ts';
import type { SeatRequest } from './request.ts';

/** Taken requests at the front of the list that are dropped together. */
const DROPPED_AT_ONCE = 4_096;

/** One lane: requests in the order of their places. Finding one by its place takes as many steps as its length has bits. */
export class LaneQueue {
  #requests: SeatRequest[] = [];
  #head = 0;
  /** Places in the middle whose request was taken out, in order. */
  #gaps: number[] = [];

  get length(): number {
    return this.#requests.length - this.#head - this.#gaps.length;
  }

  /** The one that waits longest. */
  get first(): SeatRequest | undefined {
    return this.#requests[this.#head];
  }

  /** Adds one that comes after all that wait. */
  add(request: SeatRequest): void {
    const last = this.#requests.at(-1);
    const isLater = last === undefined || this.length === 0 || last.place < request.place;
    assert(isLater, `request ${request.requestId} comes after one with a later place`);
    this.#requests.push(request);
  }

  take(): SeatRequest | undefined {
    const request = this.first;
    if (!request) return undefined;
    this.#head++;
    this.#skipGaps();
    if (this.#head >= DROPPED_AT_ONCE && this.#head * 2 >= this.#requests.length) {
      this.#requests = this.#requests.slice(this.#head);
      this.#head = 0;
    }
    return request;
  }

  /** Puts back one that was taken, where its place is. */
  putBack(request: SeatRequest): void {
    this.#requests = this.#requests.slice(this.#head);
    this.#head = 0;
    this.#requests.splice(this.#indexOf(request.place), 0, request);
  }

  /** Takes one out of the middle; says whether it waited. */
  remove({ place }: SeatRequest): boolean {
    const index = this.#indexOf(place);
    if (this.#requests[index]?.place !== place || this.#isGap(place)) return false;
    this.#gaps.splice(lowerBound(this.#gaps, place), 0, place);
    this.#skipGaps();
    return true;
  }

  /** How many wait before a place. */
  before(place: number): number {
    return this.#indexOf(place) - this.#head - lowerBound(this.#gaps, place);
  }

  /** The first in the list is never a gap. */
  #skipGaps(): void {
    let passed = 0;
    while (this.#requests[this.#head] && this.#requests[this.#head]?.place === this.#gaps[passed]) {
      this.#head++;
      passed++;
    }
    if (passed > 0) this.#gaps.splice(0, passed);
  }

  #isGap(place: number): boolean {
    return this.#gaps[lowerBound(this.#gaps, place)] === place;
  }

  /** Of the first request at or after a place. */
  #indexOf(place: number): number {
    let low = this.#head;
    let high = this.#requests.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#requests[middle] as SeatRequest).place < place) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function lowerBound(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
