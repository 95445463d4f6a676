import { HOUR, type Millis, SECOND } from '../core/clock.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import { onlyUnavailable } from '../core/unavailable.ts';
import { LiveMap, type LiveMapNeeds } from './live-map.ts';
import type { MapStatus } from './ports/map-source.ts';
import type { Watcher } from './ports/watcher.ts';

/** How many watch is told at most this often. */
const PRESENCE_EVERY: Millis = SECOND;
/** A snapshot is served again for this long: who takes it gets the patches after it. */
const SNAPSHOT_KEPT: Millis = 100;
/** A map at which nobody has looked for so long is let go; who looks next reads it anew. */
const MAP_KEPT: Millis = HOUR;

export interface Snapshot {
  eventId: number;
  epoch: number;
  version: number;
  /** JSON, shape SeatMap. */
  text: string;
  takenAt: Millis;
}

/** Live maps of the events that somebody looks at. */
export class LiveMapService<F> {
  readonly #needs: LiveMapNeeds<F>;
  readonly #maps = new Map<number, LiveMap<F>>();
  /** When somebody last came to a map, or left it. */
  readonly #lookedAt = new Map<number, Millis>();
  readonly #snapshots = new Map<number, Snapshot>();
  readonly #presenceDue = new Set<number>();

  constructor(needs: LiveMapNeeds<F>) {
    this.#needs = needs;
  }

  async snapshot(eventId: number): Promise<Snapshot | Refusal> {
    const live = await this.#opened(eventId);
    if (!live?.feed) return refuse('EVENT_NOT_FOUND');
    const takenAt = this.#needs.clock.now();
    const fresh = this.#snapshots.get(eventId);
    if (fresh?.epoch === live.feed.epoch && takenAt - fresh.takenAt < SNAPSHOT_KEPT) return fresh;
    // Who looks for the first time sees what was answered before he asked, not what it was a patch ago.
    await live.publish();
    const { feed } = live;
    const kept = this.#snapshots.get(eventId);
    if (kept?.epoch === feed.epoch && kept.version === feed.version) return kept;
    const snapshot = { eventId, epoch: feed.epoch, version: feed.version, text: feed.snapshot(), takenAt };
    this.#snapshots.set(eventId, snapshot);
    return snapshot;
  }

  /** Whether there is such an event; to be asked before a stream is opened for it. */
  async exists(eventId: number): Promise<boolean> {
    return (await this.#opened(eventId)) !== undefined;
  }

  /** Adds a watcher. The result takes it away again. */
  watch(
    eventId: number,
    watcher: Watcher<F>,
    since: { epoch: number; version: number } | undefined,
  ): () => void {
    this.#maps.get(eventId)?.feed?.watch(watcher, since);
    this.#presenceChanged(eventId);
    return () => {
      this.#looked(eventId);
      this.#maps.get(eventId)?.feed?.leave(watcher);
      this.#presenceChanged(eventId);
    };
  }

  /** Hears of changes from the seats' authority. */
  seatsChanged(eventId: number, changes: Iterable<readonly [number, MapStatus]>): void {
    this.#maps.get(eventId)?.seatsChanged(changes);
  }

  /**
   * The seats were read, or read anew: so is the map, and who watches takes a new snapshot. In the present epoch: some
   * changes were missed, and one patch makes up for them.
   */
  seatsReloaded(eventId: number, epoch: number): void {
    // Made before anybody asks: the first to look at a great hall shall not wait for it.
    this.#map(eventId).seatsReloaded(epoch);
  }

  /** Lets go of maps at which nobody has looked for a while. */
  letGoIdle(): void {
    const since = this.#needs.clock.now() - MAP_KEPT;
    for (const [eventId, live] of this.#maps) {
      const isIdle = !live.feed?.watching && (this.#lookedAt.get(eventId) ?? 0) <= since;
      if (isIdle) this.#forget(eventId, live);
    }
  }

  /** Where the map of an event stands that somebody has asked for; undefined before that. */
  pointOf(eventId: number): { epoch: number; version: number } | undefined {
    const feed = this.#maps.get(eventId)?.feed;
    return feed && { epoch: feed.epoch, version: feed.version };
  }

  /** On this node. */
  get watching(): number {
    let watching = 0;
    for (const { feed } of this.#maps.values()) watching += feed?.watching ?? 0;
    return watching;
  }

  async #opened(eventId: number): Promise<LiveMap<F> | undefined> {
    const live = this.#map(eventId);
    this.#looked(eventId);
    if (live.feed ?? (await live.open())) return live;
    this.#forget(eventId, live);
    return undefined;
  }

  #map(eventId: number): LiveMap<F> {
    let live = this.#maps.get(eventId);
    if (!live) {
      live = new LiveMap(eventId, this.#needs);
      this.#maps.set(eventId, live);
      this.#looked(eventId);
    }
    return live;
  }

  #looked(eventId: number): void {
    this.#lookedAt.set(eventId, this.#needs.clock.now());
  }

  #forget(eventId: number, live: LiveMap<F>): void {
    if (this.#maps.get(eventId) !== live) return;
    live.close();
    this.#maps.delete(eventId);
    this.#snapshots.delete(eventId);
    this.#lookedAt.delete(eventId);
  }

  #presenceChanged(eventId: number): void {
    if (this.#presenceDue.has(eventId)) return;
    this.#presenceDue.add(eventId);
    this.#needs.clock.after(PRESENCE_EVERY, () => {
      this.#presenceDue.delete(eventId);
      const watching = this.#maps.get(eventId)?.feed?.watching ?? 0;
      this.#needs.board.watching(eventId, watching).catch((error) => {
        onlyUnavailable(error);
        this.#presenceChanged(eventId);
      });
    });
  }
}
