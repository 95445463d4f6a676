import { LaneQueue } from './lane-queue.ts';
import { aheadOf, LANES, type Lane, type LaneViews, nextLane } from './policy.ts';
import type { SeatRequest } from './request.ts';

export interface LaneCounts {
  /** Who waits. */
  waiting: number;
  /** Who is with a worker. */
  claimed: number;
}

class LaneState {
  readonly queue = new LaneQueue();
  claimed = 0;
  /** Accepted, and on the way to the ledger. */
  coming = 0;
  passedOver = 0;

  get waiting(): number {
    return this.queue.length;
  }
}

/** The lanes of one event: who waits, who is with a worker, and who is served next. */
export class EventLanes {
  readonly #lanes: Readonly<Record<Lane, LaneState>> = {
    high: new LaneState(),
    normal: new LaneState(),
    low: new LaneState(),
  };
  /** Begun by a worker who gave up or died: they have been taken by the policy once, and are served before all others. */
  readonly #begun = new Map<string, SeatRequest>();
  readonly #bound: number;

  /** `before` are the same lanes as they were known until now: who was passed over then has been so since. */
  constructor(starvationBound: number, before?: EventLanes) {
    this.#bound = starvationBound;
    if (!before) return;
    for (const lane of LANES) this.#lanes[lane].passedOver = before.#lanes[lane].passedOver;
  }

  get waiting(): number {
    return LANES.reduce((sum, lane) => sum + this.#lanes[lane].waiting, 0);
  }

  /** Everybody for whom there must be room: on the way, waiting, with a worker. */
  get size(): number {
    return LANES.reduce((sum, lane) => {
      const { waiting, claimed, coming } = this.#lanes[lane];
      return sum + waiting + claimed + coming;
    }, this.#begun.size);
  }

  /** Nobody is here, and nobody was passed over: lanes made anew would be the same. */
  get isFresh(): boolean {
    return this.size === 0 && LANES.every((lane) => this.#lanes[lane].passedOver === 0);
  }

  /** As they stand now. */
  views(): LaneViews {
    const { high, normal, low } = this.#lanes;
    return { high: viewOf(high), normal: viewOf(normal), low: viewOf(low) };
  }

  counts(): Record<Lane, LaneCounts> {
    const of = ({ waiting, claimed }: LaneState) => ({ waiting, claimed });
    const { high, normal, low } = this.#lanes;
    const counts = { high: of(high), normal: of(normal), low: of(low) };
    for (const { lane } of this.#begun.values()) counts[lane].claimed++;
    return counts;
  }

  /** A request that must be served; undefined when there is none. */
  get first(): SeatRequest | undefined {
    for (const request of this.#begun.values()) return request;
    for (const lane of LANES) if (this.#lanes[lane].queue.first) return this.#lanes[lane].queue.first;
    return undefined;
  }

  /** Keeps room for one that is on its way. The result lets go of the room. */
  expect(lane: Lane): () => void {
    const state = this.#lanes[lane];
    state.coming++;
    return () => {
      state.coming--;
    };
  }

  add(request: SeatRequest): void {
    if (request.state === 'PROCESSING') this.#begun.set(request.requestId, request);
    else this.#lanes[request.lane].queue.add(request);
  }

  /** Takes who is next by the policy. */
  take(): SeatRequest | undefined {
    const lane = nextLane(this.#lanes, this.#bound);
    if (!lane) return undefined;
    const request = this.#lanes[lane].queue.take();
    for (const each of LANES) {
      const state = this.#lanes[each];
      state.passedOver = each === lane || state.waiting === 0 ? 0 : state.passedOver + 1;
    }
    this.#lanes[lane].claimed++;
    return request;
  }

  /** Takes those who were begun, all at once: who of them comes first in his lane, and had it, can then be told. */
  takeBegun(): SeatRequest[] {
    const begun = [...this.#begun.values()].sort((left, right) => left.place - right.place);
    this.#begun.clear();
    for (const { lane } of begun) this.#lanes[lane].claimed++;
    return begun;
  }

  /** Somebody who was taken, or went, is to be served again: as one who was begun, or else where he was. */
  putBack(request: SeatRequest): void {
    if (request.state === 'PROCESSING') this.#begun.set(request.requestId, request);
    else this.#lanes[request.lane].queue.putBack(request);
  }

  /** A worker is done with him. */
  done({ lane }: SeatRequest): void {
    this.#lanes[lane].claimed--;
  }

  /** Takes out one who need not be served any more. */
  remove(request: SeatRequest): void {
    if (!this.#begun.delete(request.requestId)) this.#lanes[request.lane].queue.remove(request);
  }

  /** How many are served before a request that waits, as far as can be told now. */
  ahead({ lane, place }: Pick<SeatRequest, 'lane' | 'place'>): number {
    return aheadOf(lane, this.#lanes[lane].queue.before(place), this.#lanes, this.#bound);
  }

  /** The same for one who comes now, behind those who are on the way. */
  aheadOfNext(lane: Lane): number {
    const { waiting, coming } = this.#lanes[lane];
    return aheadOf(lane, waiting + coming, this.#lanes, this.#bound);
  }
}

function viewOf({ waiting, passedOver }: LaneState) {
  return { waiting, passedOver };
}
