import { type Millis, pause } from '../core/clock.ts';
import { onlyUnavailable, Unavailable } from '../core/unavailable.ts';
import { type FeedLimits, MapFeed } from './map-feed.ts';
import { MapLead, type MapLeadNeeds, type Publishing } from './map-lead.ts';
import type { MapVoice } from './map-voice.ts';
import {
  type BoardListener,
  isBefore,
  type MapPoint,
  type Patch,
  type PublishedMap,
} from './ports/map-board.ts';
import type { MapRead, MapSource, MapStatus } from './ports/map-source.ts';
import { StandingMap } from './standing-map.ts';
import { ToldMeanwhile } from './told-meanwhile.ts';

/** Changes gather for this long at most before they are told. */
const COALESCED: Millis = 50;
/** A map that the nodes do not agree about yet is looked at again so often, and so many times. */
const LOOK_AGAIN: Millis = 50;
const LOOKS_MAX = 100;
const REOPEN_AFTER: Millis = 500;

export interface LiveMapNeeds<F> extends MapLeadNeeds {
  source: MapSource;
  voice: MapVoice<F>;
  limits: FeedLimits;
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
  #unfollow: (() => void) | undefined;
  #ticking = false;
  #closed = false;
  /** Set while the map is being read. */
  #meanwhile: ToldMeanwhile | undefined;
  /** The latest beginning heard of, of the seats or of the map; what is read may not have seen it yet. */
  #latest: MapPoint = { epoch: 0, version: 0 };
  readonly #standing: StandingMap;
  readonly #lead: MapLead;

  constructor(eventId: number, needs: LiveMapNeeds<F>) {
    this.#eventId = eventId;
    this.#needs = needs;
    this.#standing = new StandingMap(eventId, needs.board);
    this.#lead = new MapLead(eventId, needs);
  }

  get feed(): MapFeed<F> | undefined {
    return this.#feed;
  }

  /** Reads the map, or reads it anew; once at a time. Undefined when there is no such event. */
  open(): Promise<MapFeed<F> | undefined> {
    if (!this.#meanwhile || !this.#opening) this.#opening = this.#read();
    return this.#opening;
  }

  close(): void {
    this.#closed = true;
    this.#unfollow?.();
    this.#lead.close();
  }

  seatsChanged(changes: Iterable<readonly [number, MapStatus]>): void {
    if (this.#meanwhile) this.#meanwhile.changed(changes);
    else if (this.#feed && this.#lead.isHere) {
      for (const [seatId, status] of changes) this.#feed.changed(seatId, status);
      this.#lead.changed();
      this.#tickSoon();
    }
  }

  /** The seats were read, or read anew under a higher epoch; in the present epoch: some changes were missed. */
  seatsReloaded(epoch: number): void {
    const isNew = epoch > this.#latest.epoch;
    if (isNew) this.#latest = { epoch, version: 0 };
    if (!this.#meanwhile) this.#reopen();
    else if (!isNew) this.#meanwhile.isStale = true;
  }

  /** Publishes what is different now, if this node leads. */
  publish(): Promise<void> {
    return this.#lead.publish(this.#publishing);
  }

  patched(patch: Patch): void {
    if (this.#meanwhile) {
      this.#meanwhile.patched(patch);
      return;
    }
    const feed = this.#feed;
    if (!feed || !isBefore(feed, patch)) return;
    if (patch.epoch !== feed.epoch || patch.from !== feed.version) this.#reopen();
    else feed.apply(patch, this.#needs.clock.now());
    if (feed.hasLaggards) this.#tickSoon();
  }

  restarted(point: MapPoint): void {
    if (this.#standing.wasBegunHere(point)) return;
    if (isBefore(this.#latest, point)) this.#latest = point;
    // One that stands at an earlier version of this epoch forgot what was shown here: it is begun once more, further on.
    if (this.#meanwhile) this.#meanwhile.isStale = true;
    else if (this.#feed && point.epoch >= this.#feed.epoch) this.#reopen();
  }

  missed(): void {
    if (this.#meanwhile) this.#meanwhile.isStale = true;
    else void this.#resume();
  }

  presence(watching: number): void {
    this.#feed?.tellPresence(watching);
  }

  readonly #publishing: Publishing = {
    news: () => (this.#meanwhile ? undefined : this.#feed?.news()),
    // Shown at once; when it comes back from the board it is known already.
    stood: (patch) => this.patched(patch),
    fell: () => this.#reopen(),
  };

  /** Goes on from the map that stands; only if that is another one, the seats are read. */
  async #resume(): Promise<void> {
    const map = await this.#needs.board.read(this.#eventId).catch(onlyUnavailable);
    const feed = this.#feed;
    if (this.#meanwhile || !feed) return;
    if (!map || !feed.shows(map) || isBefore(map, feed)) this.#reopen();
    else if (isBefore(feed, map)) feed.leapTo(map, this.#needs.clock.now());
  }

  #reopen(): void {
    if (this.#closed) return;
    if (this.#meanwhile) this.#meanwhile.isStale = true;
    this.open().catch((error) => {
      onlyUnavailable(error);
      // Who watches goes on watching; the map is read as soon as that can be done.
      if (this.#feed) this.#needs.clock.after(REOPEN_AFTER, () => this.#reopen());
    });
  }

  async #read(): Promise<MapFeed<F> | undefined> {
    const meanwhile = new ToldMeanwhile();
    this.#meanwhile = meanwhile;
    try {
      for (let looks = 0; looks < LOOKS_MAX; looks++) {
        if (looks > 1) await pause(this.#needs.clock, LOOK_AGAIN);
        meanwhile.isStale = false;
        const read = await this.#needs.source.read(this.#eventId);
        if (!read) return undefined;
        if (read.epoch < this.#latest.epoch) continue;
        await this.#join();
        const map = await this.#standing.of(read, this.#shownOf(read.epoch));
        if (map && !meanwhile.isStale && !isBefore(map, this.#latest))
          return this.#show(read, map, meanwhile);
      }
    } finally {
      if (this.#meanwhile === meanwhile) this.#meanwhile = undefined;
    }
    throw new Unavailable(`the map of event ${this.#eventId} is being made`);
  }

  /** Once, and only for an event that there is. */
  async #join(): Promise<void> {
    this.#unfollow ??= await this.#needs.board.follow(this.#eventId, this);
    // While it did not lead, this node left out what it was told: whoever begins to lead reads the seats.
    this.#lead.stand(() => {
      if (!this.#meanwhile) this.#reopen();
    });
  }

  /** The latest version of this epoch that was shown or told here; -1 when none was. */
  #shownOf(epoch: number): number {
    const known = [this.#feed, this.#latest].filter((point) => point?.epoch === epoch);
    return Math.max(-1, ...known.map((point) => point?.version ?? -1));
  }

  /** All in one turn: what is told from here on is noted in the feed, not among what was told meanwhile. */
  #show(read: MapRead, map: PublishedMap, meanwhile: ToldMeanwhile): MapFeed<F> {
    const { voice, limits, clock } = this.#needs;
    const before = this.#feed;
    const isSame = before?.shows(map) ?? false;
    const feed =
      before && isSame
        ? before
        : new MapFeed({ eventId: this.#eventId, ...read, map }, { voice, limits, before });
    if (isSame && isBefore(feed, map)) feed.leapTo(map, clock.now());
    for (const patch of meanwhile.patches) {
      if (patch.epoch === feed.epoch && patch.from === feed.version) feed.apply(patch, clock.now());
    }
    this.#feed = feed;
    this.#lead.forgetChanges();
    if (this.#lead.isHere) {
      feed.changedTo(read.seats);
      for (const [seatId, status] of meanwhile.changes) feed.changed(seatId, status);
    } else feed.forgetChanges();
    this.#meanwhile = undefined;
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
    if (this.#feed?.hasLaggards || (this.#feed?.hasNews && this.#lead.isHere)) this.#tickSoon();
  }
}
