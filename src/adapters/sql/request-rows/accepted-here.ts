import { type Clock, MINUTE, type Millis } from '../../../core/clock.ts';
import type { Lane } from '../../../request-queue/policy.ts';
import type { SeatRequest } from '../../../request-queue/request.ts';

const REMEMBERED_MAX = 50_000;
/** Whoever waited for so long was perhaps served by another node. */
const REMEMBERED_FOR: Millis = MINUTE;

/**
 * Requests as this node accepted them, until it claims them: their rows need not be read to know what is in them. It knows
 * nothing of what became of them since, and what it does not know is read.
 */
export class AcceptedHere {
  readonly #clock: Clock;
  /** By lane, and in it by place. */
  readonly #lanes = new Map<string, Map<number, SeatRequest>>();
  #size = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(request: SeatRequest): void {
    if (this.#size >= REMEMBERED_MAX && !this.#forgetOld()) return;
    const name = nameOf(request);
    let lane = this.#lanes.get(name);
    if (!lane) {
      lane = new Map();
      this.#lanes.set(name, lane);
    }
    lane.set(request.place, request);
    this.#size++;
  }

  at(lane: LaneOfEvent, place: number): SeatRequest | undefined {
    return this.#lanes.get(nameOf(lane))?.get(place);
  }

  /** Nobody at or before this place is claimed for the first time any more. */
  passed(of: LaneOfEvent, through: number): void {
    const name = nameOf(of);
    const lane = this.#lanes.get(name);
    for (const place of lane?.keys() ?? []) {
      if (place > through) break;
      lane?.delete(place);
      this.#size--;
    }
    if (lane?.size === 0) this.#lanes.delete(name);
  }

  /** False when all of them are new. */
  #forgetOld(): boolean {
    const before = this.#clock.now() - REMEMBERED_FOR;
    const sizeBefore = this.#size;
    for (const [name, lane] of this.#lanes) {
      for (const [place, { acceptedAt }] of lane) {
        if (acceptedAt >= before) break;
        lane.delete(place);
        this.#size--;
      }
      if (lane.size === 0) this.#lanes.delete(name);
    }
    return this.#size < sizeBefore;
  }
}

export interface LaneOfEvent {
  eventId: number;
  lane: Lane;
}

function nameOf({ eventId, lane }: LaneOfEvent): string {
  return `${eventId} ${lane}`;
}
