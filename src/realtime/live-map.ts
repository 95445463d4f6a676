import { type Clock, type Millis, pause } from '../core/clock.ts';
import type { Lease, Leases } from '../core/leases.ts';
import { onlyUnavailable, Unavailable } from '../core/unavailable.ts';
import { type FeedLimits, lettersOf, MapFeed } from './map-feed.ts';
import type { MapVoice } from './map-voice.ts';
import {
  type BoardListener,
  isBefore,
  type MapBoard,
  type MapPoint,
  type Patch,
  type PublishedMap,
} from './ports/map-board.ts';
import type { MapRead, MapSource, MapStatus } from './ports/map-source.ts';
import type { MapTellings } from './ports/map-tellings.ts';

/** Changes gather for this long at most before they are told. */
const COALESCED: Millis = 50;
/** A map that the nodes do not agree about yet is looked at again so often, and so many times. */
const LOOK_AGAIN: Millis = 50;
const LOOKS_MAX = 100;
const REOPEN_AFTER: Millis = 500;
/** Patches that may come while the map is being read; if more do, it is read once more. */
const HEARD_MAX = 1_000;

export interface LiveMapNeeds<F> {
  source: MapSource;
  board: MapBoard;
  leases: Leases;
  clock: Clock;
  voice: MapVoice<F>;
  /** Tells these maps from others of the same events, whose seats are shown in other words; `map`, unless it is said. */
  name?: string;
  limits: FeedLimits;
  tellings?: Partial<MapTellings> | undefined;
}

/**
 * One event's live map at this node. The node that holds the event's lease leads: it turns what the seats' authority
 * tells into patches and publishes them on the board. Every node, the lead too, shows what stands on the board.
 */
export class LiveMap<F> implements BoardListener {
  readonly #eventId: number;
  readonly #needs: LiveMapNeeds<F>;
  #feed: MapFeed<F> | undefined;
  #opening: Promise<MapFeed<F> | undefined> | undefined;
  #publishing: Promise<void> | undefined;
  #lease: Lease | undefined;
  #unfollow: (() => void) | undefined;
  #ticking = false;
  /** When the first change came that is not published yet. */
  #changedAt: Millis | undefined;
  #closed = false;
  /** Changes told while the map is being read: they are noted once it is. */
  #early: Map<number, MapStatus> | undefined;
  #heard: Patch[] = [];
  /** What is being read is out of date already. */
  #isStale = false;
  /** The latest beginning heard of, of the seats or of the map; what is read may not have seen it yet. */
  #latest: MapPoint = { epoch: 0, version: 0 };
  /** Where this node began the map itself. */
  #begun: MapPoint | undefined;

  constructor(eventId: number, needs: LiveMapNeeds<F>) {
    this.#eventId = eventId;
    this.#needs = needs;
  }

  get feed(): MapFeed<F> | undefined {
    return this.#feed;
  }

  get #leads(): boolean {
    return this.#lease?.fence() !== undefined;
  }

  /** Reads the map, or reads it anew; once at a time. Undefined when there is no such event. */
  open(): Promise<MapFeed<F> | undefined> {
    if (!this.#early || !this.#opening) this.#opening = this.#read();
    return this.#opening;
  }

  close(): void {
    this.#closed = true;
    this.#unfollow?.();
    void this.#lease?.release();
  }

  seatsChanged(changes: Iterable<readonly [number, MapStatus]>): void {
    if (this.#early) {
      for (const [seatId, status] of changes) this.#early.set(seatId, status);
    } else if (this.#feed && this.#leads) {
      for (const [seatId, status] of changes) this.#feed.changed(seatId, status);
      this.#changedAt ??= this.#needs.clock.now();
      this.#tickSoon();
    }
  }

  /** The seats were read, or read anew under a higher epoch; in the present epoch: some changes were missed. */
  seatsReloaded(epoch: number): void {
    const isNew = epoch > this.#latest.epoch;
    if (isNew) this.#latest = { epoch, version: 0 };
    if (this.#early) this.#isStale ||= !isNew;
    else this.#reopen();
  }

  /** Publishes what is different now, if this node leads. */
  async publish(): Promise<void> {
    while (this.#publishing) await this.#publishing;
    const feed = this.#feed;
    const fence = this.#lease?.fence();
    if (!feed?.hasNews || fence === undefined || this.#early) return;
    this.#publishing = this.#send(feed, fence).finally(() => {
      this.#publishing = undefined;
    });
    await this.#publishing;
  }

  patched(patch: Patch): void {
    if (this.#early) {
      this.#isStale ||= this.#heard.push(patch) > HEARD_MAX;
      return;
    }
    const feed = this.#feed;
    if (!feed || !isBefore(feed, patch)) return;
    if (patch.epoch !== feed.epoch || patch.from !== feed.version) this.#reopen();
    else feed.apply(patch, this.#needs.clock.now());
    if (feed.hasLaggards) this.#tickSoon();
  }

  restarted(point: MapPoint): void {
    if (point.epoch === this.#begun?.epoch && point.version === this.#begun.version) return;
    if (isBefore(this.#latest, point)) this.#latest = point;
    // One that stands at an earlier version of this epoch forgot what was shown here: it is begun once more, further on.
    if (this.#early) this.#isStale = true;
    else if (this.#feed && point.epoch >= this.#feed.epoch) this.#reopen();
  }

  missed(): void {
    if (this.#early) this.#isStale = true;
    else void this.#resume();
  }

  presence(watching: number): void {
    this.#feed?.tellPresence(watching);
  }

  async #send(feed: MapFeed<F>, fence: number): Promise<void> {
    const since = this.#changedAt;
    this.#changedAt = undefined;
    const news = feed.news();
    if (!news) return;
    const stands = await this.#needs.board.publish(this.#eventId, { ...news, fence }).catch(onlyUnavailable);
    // Shown at once; when it comes back from the board it is known already. What did not stand is read anew.
    if (!stands) return this.#reopen();
    this.patched(news.patch);
    if (since !== undefined) this.#needs.tellings?.mapTold?.(this.#needs.clock.now() - since);
  }

  /** Goes on from the map that stands; only if that is another one, the seats are read. */
  async #resume(): Promise<void> {
    const map = await this.#needs.board.read(this.#eventId).catch(onlyUnavailable);
    const feed = this.#feed;
    if (this.#early || !feed) return;
    if (!map || !feed.shows(map) || isBefore(map, feed)) this.#reopen();
    else if (isBefore(feed, map)) feed.apply(feed.leapTo(map), this.#needs.clock.now());
  }

  #reopen(): void {
    if (this.#closed) return;
    this.#isStale = true;
    this.open().catch((error) => {
      onlyUnavailable(error);
      // Who watches goes on watching; the map is read as soon as that can be done.
      if (this.#feed) this.#needs.clock.after(REOPEN_AFTER, () => this.#reopen());
    });
  }

  async #read(): Promise<MapFeed<F> | undefined> {
    const early = new Map<number, MapStatus>();
    this.#early = early;
    this.#heard = [];
    try {
      for (let looks = 0; looks < LOOKS_MAX; looks++) {
        if (looks > 1) await pause(this.#needs.clock, LOOK_AGAIN);
        this.#isStale = false;
        const read = await this.#needs.source.read(this.#eventId);
        if (!read) return undefined;
        if (read.epoch < this.#latest.epoch) continue;
        await this.#join();
        const map = await this.#standing(read);
        if (map && !this.#isStale && !isBefore(map, this.#latest)) return this.#show(read, map);
      }
    } finally {
      if (this.#early === early) this.#early = undefined;
    }
    throw new Unavailable(`the map of event ${this.#eventId} is being made`);
  }

  /** Once, and only for an event that there is. */
  async #join(): Promise<void> {
    const { board, leases, name = 'map' } = this.#needs;
    this.#unfollow ??= await board.follow(this.#eventId, this);
    if (this.#lease) return;
    this.#lease = leases.lease(`${name}:${this.#eventId}`);
    // While it did not lead, this node left out what it was told: whoever begins to lead reads the seats.
    this.#lease.whenHad(() => {
      if (!this.#early) this.#reopen();
    });
  }

  /** The map on the board, begun with these seats if none stands for them. Undefined when it is of other seats. */
  async #standing(read: MapRead): Promise<PublishedMap | undefined> {
    const { board } = this.#needs;
    // A board that is behind what was shown or told here has lost it: the map is begun once more, further on.
    const known = [this.#feed, this.#latest].filter((point) => point?.epoch === read.epoch);
    const shown = Math.max(-1, ...known.map((point) => point?.version ?? -1));
    let map = await board.read(this.#eventId);
    // A hall only grows: a node that had not heard of new seats began the map without them.
    const isShort = map?.epoch === read.epoch && map.statuses.length < read.seats.length;
    const isLost = map?.epoch === read.epoch && map.version < shown;
    if (!map || map.epoch < read.epoch || isShort || isLost) {
      const after = Math.max(shown, isShort ? (map?.version ?? -1) : -1);
      this.#begun = { epoch: read.epoch, version: after + 1 };
      await board.begin(this.#eventId, { ...this.#begun, statuses: lettersOf(read.seats) });
      map = await board.read(this.#eventId);
    }
    return map?.epoch === read.epoch && map.statuses.length === read.seats.length ? map : undefined;
  }

  /** All in one turn: what is told from here on is noted in the feed, not among the early changes. */
  #show(read: MapRead, map: PublishedMap): MapFeed<F> {
    const { voice, limits, clock } = this.#needs;
    const before = this.#feed;
    const isSame = before?.shows(map) ?? false;
    const feed =
      before && isSame
        ? before
        : new MapFeed({ eventId: this.#eventId, ...read, map }, { voice, limits, watchers: before });
    if (isSame && isBefore(feed, map)) feed.apply(feed.leapTo(map), clock.now());
    for (const patch of this.#heard) {
      if (patch.epoch === feed.epoch && patch.from === feed.version) feed.apply(patch, clock.now());
    }
    this.#feed = feed;
    this.#changedAt = undefined;
    if (this.#leads) {
      feed.changedTo(read.seats);
      for (const [seatId, status] of this.#early ?? []) feed.changed(seatId, status);
    } else feed.forgetChanges();
    this.#early = undefined;
    if (feed.hasNews || feed.hasLaggards) this.#tickSoon();
    return feed;
  }

  #tickSoon(): void {
    if (this.#ticking) return;
    this.#ticking = true;
    this.#needs.clock.after(COALESCED, () => {
      this.#ticking = false;
      void this.#tick();
    });
  }

  async #tick(): Promise<void> {
    await this.publish();
    this.#feed?.settle(this.#needs.clock.now());
    if (this.#feed?.hasLaggards || (this.#feed?.hasNews && this.#leads)) this.#tickSoon();
  }
}
