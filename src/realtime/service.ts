import type { Clock, Millis } from '../core/clock.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import { type FeedLimits, MapFeed } from './map-feed.ts';
import type { MapSource, MapStatus } from './ports/map-source.ts';
import type { Watcher } from './ports/watcher.ts';

/** Changes gather for this long at most before they are told. */
const COALESCED: Millis = 50;
/** How many watch is told at most this often. */
const PRESENCE_EVERY: Millis = 1_000;
/** A snapshot is served again for this long: who takes it gets the patches after it. */
const SNAPSHOT_KEPT: Millis = 100;

export interface RealtimeNeeds<F> {
  source: MapSource;
  clock: Clock;
  /** Makes a frame that many watchers can share. */
  frame: (text: string, id?: string) => F;
  limits: FeedLimits;
}

export interface Snapshot {
  eventId: number;
  epoch: number;
  version: number;
  /** JSON, shape SeatMap. */
  text: string;
  takenAt: Millis;
}

/** Live maps of the events that somebody looks at. */
export class SeatMaps<F> {
  readonly #needs: RealtimeNeeds<F>;
  readonly #feeds = new Map<number, MapFeed<F>>();
  readonly #opening = new Map<number, Promise<MapFeed<F> | undefined>>();
  /** Changes of events whose map is being read: told once it is. */
  readonly #early = new Map<number, Map<number, MapStatus>>();
  /** The latest epoch heard of, which a map under reading may not have seen yet. */
  readonly #epochs = new Map<number, number>();
  readonly #snapshots = new Map<number, Snapshot>();
  readonly #publishing = new Set<number>();
  readonly #presenceDue = new Set<number>();

  constructor(needs: RealtimeNeeds<F>) {
    this.#needs = needs;
  }

  async snapshot(eventId: number): Promise<Snapshot | Refusal> {
    const feed = await this.#feed(eventId);
    if (!feed) return refuse('EVENT_NOT_FOUND');
    const takenAt = this.#needs.clock.now();
    const kept = this.#snapshots.get(eventId);
    const isFresh = kept && takenAt - kept.takenAt < SNAPSHOT_KEPT;
    const isStill = kept?.version === feed.version && !feed.hasNews;
    if (kept?.epoch === feed.epoch && (isFresh || isStill)) return kept;
    // Who looks for the first time sees what was answered before he asked, not what it was a patch ago.
    feed.publish(takenAt);
    const snapshot = { eventId, epoch: feed.epoch, version: feed.version, text: feed.snapshot(), takenAt };
    this.#snapshots.set(eventId, snapshot);
    return snapshot;
  }

  /** Whether there is such an event; to be asked before a stream is opened for it. */
  async exists(eventId: number): Promise<boolean> {
    return (await this.#feed(eventId)) !== undefined;
  }

  /** Adds a watcher. The result takes it away again. */
  watch(
    eventId: number,
    watcher: Watcher<F>,
    since: { epoch: number; version: number } | undefined,
  ): () => void {
    this.#feeds.get(eventId)?.watch(watcher, since);
    this.#presenceChanged(eventId);
    return () => {
      this.#feeds.get(eventId)?.leave(watcher);
      this.#presenceChanged(eventId);
    };
  }

  /** Hears of changes from the seats' authority. */
  seatsChanged(eventId: number, changes: Iterable<readonly [number, MapStatus]>): void {
    const early = this.#early.get(eventId);
    if (early) {
      for (const [seatId, status] of changes) early.set(seatId, status);
      return;
    }
    const feed = this.#feeds.get(eventId);
    if (!feed) return;
    for (const [seatId, status] of changes) feed.changed(seatId, status);
    this.#publishSoon(eventId);
  }

  /** The seats were read, or read anew: so is the map, and who watches takes a new snapshot. */
  seatsReloaded(eventId: number, epoch: number): void {
    this.#epochs.set(eventId, epoch);
    if (this.#feeds.get(eventId)?.epoch === epoch) return;
    // Made before anybody asks: the first to look at a great hall shall not wait for it.
    void this.#open(eventId).catch(() => this.#feeds.delete(eventId));
  }

  get watching(): number {
    let watching = 0;
    for (const feed of this.#feeds.values()) watching += feed.watching;
    return watching;
  }

  #feed(eventId: number): Promise<MapFeed<F> | undefined> {
    const feed = this.#feeds.get(eventId);
    return feed ? Promise.resolve(feed) : this.#open(eventId);
  }

  #open(eventId: number): Promise<MapFeed<F> | undefined> {
    let opening = this.#opening.get(eventId);
    if (!opening) {
      opening = this.#read(eventId).finally(() => this.#opening.delete(eventId));
      this.#opening.set(eventId, opening);
    }
    return opening;
  }

  async #read(eventId: number): Promise<MapFeed<F> | undefined> {
    const { source, frame, limits } = this.#needs;
    const early = new Map<number, MapStatus>();
    this.#early.set(eventId, early);
    try {
      let read = await source.read(eventId);
      while (read && read.epoch < (this.#epochs.get(eventId) ?? 0)) read = await source.read(eventId);
      if (!read) return undefined;
      const feed = new MapFeed({ eventId, ...read }, { frame, limits, watchers: this.#feeds.get(eventId) });
      this.#feeds.set(eventId, feed);
      for (const [seatId, status] of early) feed.changed(seatId, status);
      if (feed.hasNews) this.#publishSoon(eventId);
      return feed;
    } finally {
      this.#early.delete(eventId);
    }
  }

  #publishSoon(eventId: number): void {
    if (this.#publishing.has(eventId)) return;
    this.#publishing.add(eventId);
    this.#needs.clock.after(COALESCED, () => {
      this.#publishing.delete(eventId);
      if (this.#feeds.get(eventId)?.publish(this.#needs.clock.now())) this.#publishSoon(eventId);
    });
  }

  #presenceChanged(eventId: number): void {
    if (this.#presenceDue.has(eventId)) return;
    this.#presenceDue.add(eventId);
    this.#needs.clock.after(PRESENCE_EVERY, () => {
      this.#presenceDue.delete(eventId);
      this.#feeds.get(eventId)?.tellPresence();
    });
  }
}
