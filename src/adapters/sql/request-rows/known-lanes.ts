import { LatestMap } from '../../../core/latest-map.ts';
import { aheadOf, LANES, type Lane } from '../../../request-queue/policy.ts';
import type { SeatRequest } from '../../../request-queue/request.ts';
import { type Head, type Tail, viewsOf } from './lanes-of-event.ts';

/** Events whose lanes are remembered. */
const EVENTS_MAX = 5_000;

interface Known {
  head: Head;
  tail: Tail;
  /** Places behind the head at which nobody waits, in order. */
  gaps: Record<Lane, readonly number[]>;
  /** When it was read as a whole. */
  readAt: number;
}

/** What this node knows of the lanes of events, a moment old: enough to say how far away somebody's turn is. */
export class KnownLanes {
  readonly #known = new LatestMap<number, Known>({ most: EVENTS_MAX });
  readonly #starvationBound: number;

  constructor(starvationBound: number) {
    this.#starvationBound = starvationBound;
  }

  /** When the event was last read as a whole; undefined when nothing is known of it. */
  readAt(eventId: number): number | undefined {
    return this.#known.get(eventId)?.readAt;
  }

  read(
    { head, tail, gaps }: { head: Head; tail: Tail; gaps: readonly { lane: Lane; place: number }[] },
    readAt: number,
  ): void {
    const of = (wanted: Lane) => gaps.flatMap(({ lane, place }) => (lane === wanted ? place : []));
    this.#known.set(head.eventId, {
      head,
      tail,
      readAt,
      gaps: { high: of('high'), normal: of('normal'), low: of('low') },
    });
  }

  tailIs(tail: Tail): void {
    const known = this.#known.get(tail.eventId);
    if (known && known.tail.accepted <= tail.accepted) known.tail = tail;
  }

  headIs(head: Head): void {
    const known = this.#known.get(head.eventId);
    if (!known || LANES.some((lane) => known.head.through[lane] > head.through[lane])) return;
    known.head = head;
  }

  cancelled({ eventId, lane, place }: SeatRequest): void {
    const known = this.#known.get(eventId);
    if (!known || known.gaps[lane].includes(place)) return;
    known.gaps[lane] = [...known.gaps[lane], place].sort((left, right) => left - right);
  }

  /** How many are served before a request; undefined when it does not wait, or nothing is known of its event. */
  ahead({ eventId, lane, place, state }: SeatRequest): number | undefined {
    const known = this.#known.get(eventId);
    if (!known || state !== 'PENDING' || place <= known.head.through[lane]) return undefined;
    const gaps = known.gaps[lane];
    if (gaps.includes(place)) return undefined;
    const through = known.head.through[lane];
    const gapsBefore = gaps.filter((gap) => gap > through && gap < place).length;
    const views = viewsOf(known.tail, known.head);
    const inLane = Math.min(place - through - 1 - gapsBefore, Math.max(0, views[lane].waiting - 1));
    return aheadOf(lane, Math.max(0, inLane), views, this.#starvationBound);
  }
}
