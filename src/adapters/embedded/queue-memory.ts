import { EventLanes } from '../../request-queue/event-lanes.ts';
import type { SeatRequest } from '../../request-queue/request.ts';

/** Where a request is: on its way to the ledger, in its lane, with a worker, or on its way out. */
export type Standing = 'coming' | 'waiting' | 'claimed' | 'leaving';

export interface Entry {
  /** As it was last decided. */
  request: SeatRequest;
  /** As it was last written. */
  durable: SeatRequest | undefined;
  standing: Standing;
}

/** Requests that are not over, by id, by event and by buyer; good as long as the ledger lost nothing they rest on. */
export class QueueMemory {
  readonly lineage: number;
  readonly #starvationBound: number;
  readonly #entries = new Map<string, Entry>();
  readonly #lanes = new Map<number, EventLanes>();
  readonly #byBuyer = new Map<string, Set<Entry>>();

  /** `before` is what was in memory until now. */
  constructor(lineage: number, starvationBound: number, before?: QueueMemory) {
    this.lineage = lineage;
    this.#starvationBound = starvationBound;
    if (!before) return;
    for (const [eventId, lanes] of before.#lanes)
      this.#lanes.set(eventId, new EventLanes(starvationBound, lanes));
  }

  get size(): number {
    return this.#entries.size;
  }

  countOf(userId: string): number {
    return this.#byBuyer.get(userId)?.size ?? 0;
  }

  /** As they are on disk, oldest first. */
  of(userId: string): SeatRequest[] {
    return [...(this.#byBuyer.get(userId) ?? [])].flatMap(({ durable }) => durable ?? []);
  }

  find(requestId: string): Entry | undefined {
    return this.#entries.get(requestId);
  }

  existing(eventId: number): EventLanes | undefined {
    return this.#lanes.get(eventId);
  }

  lanesOf(eventId: number): EventLanes {
    const known = this.#lanes.get(eventId);
    if (known) return known;
    const lanes = new EventLanes(this.#starvationBound);
    this.#lanes.set(eventId, lanes);
    return lanes;
  }

  heads(): SeatRequest[] {
    return [...this.#lanes.values()].flatMap((lanes) => lanes.first ?? []);
  }

  add(request: SeatRequest, standing: Standing): Entry {
    const entry: Entry = { request, durable: undefined, standing };
    this.#entries.set(request.requestId, entry);
    const ofBuyer = this.#byBuyer.get(request.userId);
    if (ofBuyer) ofBuyer.add(entry);
    else this.#byBuyer.set(request.userId, new Set([entry]));
    return entry;
  }

  /** What the request becomes, once it is written. */
  decide(request: SeatRequest, standing: Standing): Entry {
    const entry = this.#entries.get(request.requestId) as Entry;
    entry.request = request;
    entry.standing = standing;
    return entry;
  }

  written(entry: Entry): void {
    entry.durable = entry.request;
  }

  /** At the end of its lane. */
  wait(entry: Entry): void {
    entry.standing = 'waiting';
    this.lanesOf(entry.request.eventId).add(entry.request);
  }

  /** Back to its place in its lane, as it is now. */
  waitAgain(entry: Entry, request: SeatRequest): void {
    const lanes = this.lanesOf(request.eventId);
    if (entry.standing === 'claimed') lanes.done(request);
    entry.request = request;
    entry.standing = 'waiting';
    lanes.putBack(request);
  }

  /** Out of its lane, if it is there. */
  unwait(entry: Entry): void {
    if (entry.standing !== 'waiting') return;
    const lanes = this.lanesOf(entry.request.eventId);
    lanes.remove(entry.request);
    entry.standing = 'leaving';
  }

  /** It is over, or never was. */
  drop(entry: Entry): void {
    const { requestId, userId, eventId } = entry.request;
    if (this.#entries.get(requestId) !== entry) return;
    this.#entries.delete(requestId);
    const lanes = this.#lanes.get(eventId);
    if (entry.standing === 'claimed') lanes?.done(entry.request);
    if (entry.standing === 'waiting') lanes?.remove(entry.request);
    const ofBuyer = this.#byBuyer.get(userId);
    ofBuyer?.delete(entry);
    if (ofBuyer?.size === 0) this.#byBuyer.delete(userId);
    if (lanes?.isFresh) this.#lanes.delete(eventId);
  }
}
