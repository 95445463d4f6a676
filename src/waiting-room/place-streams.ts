import { type Clock, type Millis, SECOND } from '../core/clock.ts';
import { isRefusal } from '../core/refusal.ts';
import { onlyUnavailable } from '../core/unavailable.ts';
import type { RoomView } from './command.ts';
import { LANES, type Lane } from './lane.ts';
import type { Passes } from './passes.ts';
import type { Place } from './place.ts';
import type { Told, WaitingRoomService } from './service.ts';

/** Somebody who watches his place over a stream. */
export interface Waiter<F> {
  send(frame: F): void;
}

/** What the frames of these streams say; the wire puts it into words. */
export type PlaceNews =
  | { type: 'INIT' | 'RANK_UPDATE'; told: Told }
  | { type: 'SERVING'; lane: Lane; view: RoomView }
  | { type: 'ACTIVE'; entryToken: string; until: Millis }
  | { type: 'KEEPALIVE'; at: Millis };

export interface PlaceStreamsNeeds<F> {
  service: Pick<WaitingRoomService, 'status'>;
  passes: Passes;
  clock: Clock;
  frame: (news: PlaceNews) => F;
}

/** Beats between two signs of life of a watcher: an open stream is one, however deep its phone sleeps. */
const BEATS = 15;
const ASKED_AT_ONCE = 200;
const BREATH: Millis = 5;
const SERVING_EVERY: Millis = SECOND / 4;

interface Watching<F> {
  eventId: number;
  userId: string;
  lane: Lane;
  waiter: Waiter<F>;
}

/**
 * Streams of those who wait. What all may know is made into one frame for all: a place in the line follows from it and
 * from what each was told at first. Each is told his own place anew every now and then.
 */
export class PlaceStreams<F> {
  readonly #needs: PlaceStreamsNeeds<F>;
  readonly #byEvent = new Map<number, Set<Watching<F>>>();
  /** In as many groups as there are beats between two looks. */
  readonly #groups = Array.from({ length: BEATS }, () => new Set<Watching<F>>());
  /** Rooms with news that has not been told yet. */
  readonly #news = new Map<number, RoomView>();
  /** Whose place may be another one since. */
  readonly #curious = new Set<Watching<F>>();
  #served = 0;
  #beat = 0;

  constructor(needs: PlaceStreamsNeeds<F>) {
    this.#needs = needs;
  }

  get watching(): number {
    let watching = 0;
    for (const watchers of this.#byEvent.values()) watching += watchers.size;
    return watching;
  }

  /** Tells the watcher how he stands and goes on telling. The result ends it. */
  watch(eventId: number, told: Told, waiter: Waiter<F>): () => void {
    const { userId, lane } = told.standing;
    const watching = { eventId, userId, lane, waiter };
    const watchers = this.#byEvent.get(eventId) ?? new Set();
    this.#byEvent.set(eventId, watchers.add(watching));
    const group = this.#groups[this.#served++ % BEATS] as Set<Watching<F>>;
    group.add(watching);
    waiter.send(this.#needs.frame({ type: 'INIT', told }));
    return () => {
      group.delete(watching);
      watchers.delete(watching);
      this.#curious.delete(watching);
      if (watchers.size === 0 && this.#byEvent.get(eventId) === watchers) this.#byEvent.delete(eventId);
    };
  }

  /** Who was called hears it at once; how far his lane has come, everybody hears a few times a second. */
  placesMoved(eventId: number, places: readonly Place[], view: RoomView): void {
    const watchers = this.#byEvent.get(eventId);
    if (!watchers) return;
    const called = new Map(
      places.filter(({ state }) => state === 'READY').map((place) => [place.userId, place]),
    );
    if (called.size > 0) for (const each of watchers) this.#tellCalled(each, called.get(each.userId));
    this.#gather(eventId, view);
  }

  /** The draw gave places, or the organiser said something. */
  roomChanged(eventId: number, view: RoomView): void {
    if (!this.#byEvent.has(eventId)) return;
    this.#gather(eventId, view);
    this.missed(eventId);
  }

  /** Everybody who watches the room hears anew how he stands. */
  missed(eventId: number): void {
    const watchers = this.#byEvent.get(eventId);
    if (!watchers) return;
    if (this.#curious.size === 0) this.#needs.clock.after(0, () => void this.#answerCurious());
    for (const each of watchers) this.#curious.add(each);
  }

  /** Once a second: a group of the watchers shows up and hears its places; all hear that the stream lives. */
  async beat(): Promise<void> {
    const group = this.#groups[this.#beat++ % BEATS] as Set<Watching<F>>;
    const alive = this.#needs.frame({ type: 'KEEPALIVE', at: this.#needs.clock.now() });
    const watchers = [...group];
    for (let first = 0; first < watchers.length; first += ASKED_AT_ONCE) {
      await this.#tellRanks(watchers.slice(first, first + ASKED_AT_ONCE));
    }
    for (const { waiter } of watchers) waiter.send(alive);
  }

  async #tellRanks(some: readonly Watching<F>[]): Promise<void> {
    await Promise.all(some.map((watching) => this.#tellRank(watching)));
  }

  async #tellRank({ eventId, userId, waiter }: Watching<F>): Promise<void> {
    const told = await this.#needs.service.status(eventId, userId).catch(onlyUnavailable);
    if (!told || isRefusal(told)) return;
    waiter.send(this.#needs.frame({ type: 'RANK_UPDATE', told }));
    // He may have been called while his stream was not open yet, or while this node was told nothing.
    const { entryToken, standing } = told;
    if (entryToken !== null)
      waiter.send(this.#needs.frame({ type: 'ACTIVE', entryToken, until: standing.until as Millis }));
  }

  /** A draw gives everybody another place: they hear it in turn, so that it holds nobody up. */
  async #answerCurious(): Promise<void> {
    const some = [...take(this.#curious, ASKED_AT_ONCE)];
    for (const watching of some) this.#curious.delete(watching);
    await this.#tellRanks(some);
    if (this.#curious.size > 0) this.#needs.clock.after(BREATH, () => void this.#answerCurious());
  }

  #tellCalled({ eventId, waiter }: Watching<F>, place: Place | undefined): void {
    if (!place) return;
    const until = place.until as Millis;
    const entryToken = this.#needs.passes.entry(eventId, place, until);
    waiter.send(this.#needs.frame({ type: 'ACTIVE', entryToken, until }));
  }

  #gather(eventId: number, view: RoomView): void {
    const isFirst = this.#news.size === 0;
    this.#news.set(eventId, view);
    if (isFirst) this.#needs.clock.after(SERVING_EVERY, () => this.#tellNews());
  }

  #tellNews(): void {
    const news = [...this.#news];
    this.#news.clear();
    for (const [eventId, view] of news) {
      const frames = LANES.map((lane) => this.#needs.frame({ type: 'SERVING', lane, view }));
      for (const { lane, waiter } of this.#byEvent.get(eventId) ?? []) {
        waiter.send(frames[LANES.indexOf(lane)] as F);
      }
    }
  }
}

function* take<T>(all: Iterable<T>, count: number): Iterable<T> {
  let taken = 0;
  for (const each of all) {
    if (taken++ === count) return;
    yield each;
  }
}
