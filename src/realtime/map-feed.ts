import { STATUS_LETTERS } from '../contract/seat-map.ts';
import type { Millis } from '../core/clock.ts';
import { layoutOf } from './map-layout.ts';
import type { MapSeat, MapStatus } from './ports/map-source.ts';
import type { Watcher } from './ports/watcher.ts';

export interface FeedLimits {
  /** Patches kept for those who come back. */
  keptPatches: number;
  /** A watcher with more than this waiting is sent no more until it has caught up. */
  laggingBytes: number;
  /** A watcher that lags for longer is closed. */
  laggingMillis: Millis;
}

interface Watching {
  /** Set while the watcher lags: the last version it was sent, and since when. */
  lag: { version: number; since: Millis } | undefined;
}

const STATUSES = Object.keys(STATUS_LETTERS) as MapStatus[];

/**
 * One event's map as the public sees it: the status of each seat, a version that grows by one with every patch, the
 * latest patches, and those who watch. Changes gather until `publish`; only what is different then is told.
 */
export class MapFeed<F> {
  readonly eventId: number;
  readonly epoch: number;
  #version = 0;
  readonly #seatIds: number[];
  readonly #indexOf = new Map<number, number>();
  readonly #statuses: Uint8Array;
  /** The version in which each seat last changed. */
  readonly #changedIn: Uint32Array;
  readonly #pending = new Map<number, MapStatus>();
  readonly #patches: { version: number; frame: F }[] = [];
  readonly #watchers: Map<Watcher<F>, Watching>;
  readonly #layoutJson: string;
  readonly #frame: (text: string, id?: string) => F;
  readonly #limits: FeedLimits;

  constructor(
    read: { eventId: number; epoch: number; currency: string; seats: readonly MapSeat[] },
    options: {
      frame: (text: string, id?: string) => F;
      limits: FeedLimits;
      watchers?: MapFeed<F> | undefined;
    },
  ) {
    this.eventId = read.eventId;
    this.epoch = read.epoch;
    this.#frame = options.frame;
    this.#limits = options.limits;
    this.#watchers = options.watchers?.handOver() ?? new Map();
    this.#seatIds = read.seats.map((seat) => seat.seatId);
    for (const [index, seatId] of this.#seatIds.entries()) this.#indexOf.set(seatId, index);
    this.#statuses = Uint8Array.from(read.seats, (seat) => STATUSES.indexOf(seat.status));
    this.#changedIn = new Uint32Array(read.seats.length);
    const { sections, zones, runs } = layoutOf(read.seats);
    this.#layoutJson = JSON.stringify({ currency: read.currency, sections, zones, runs }).slice(1, -1);
    if (options.watchers) this.#startOver();
  }

  get version(): number {
    return this.#version;
  }

  get watching(): number {
    return this.#watchers.size;
  }

  get hasNews(): boolean {
    return this.#pending.size > 0;
  }

  /** The whole map as JSON (shape: contract SeatMap). */
  snapshot(): string {
    const letters = STATUSES.map((status) => STATUS_LETTERS[status].charCodeAt(0));
    const statuses = Buffer.allocUnsafe(this.#statuses.length);
    for (let index = 0; index < statuses.length; index++) {
      statuses[index] = letters[this.#statuses[index] as number] as number;
    }
    const head = `"event_id":${this.eventId},"epoch":${this.epoch},"version":${this.#version}`;
    return `{${head},${this.#layoutJson},"statuses":"${statuses.toString('latin1')}"}`;
  }

  /** Notes a change; the last one before `publish` counts. */
  changed(seatId: number, status: MapStatus): void {
    this.#pending.set(seatId, status);
  }

  /** Tells everybody what is different now, in one patch serialised once. True when somebody still lags behind. */
  publish(now: Millis): boolean {
    const seats = this.#takePending();
    if (seats.length > 0) {
      const from = this.#version++;
      for (const [seatId] of seats) this.#changedIn[this.#indexOf.get(seatId) as number] = this.#version;
      const frame = this.#patch(from, seats);
      this.#patches.push({ version: this.#version, frame });
      if (this.#patches.length > this.#limits.keptPatches) this.#patches.shift();
      for (const [watcher, watching] of this.#watchers) this.#tell(watcher, watching, frame, now);
    }
    let lagging = false;
    for (const [watcher, watching] of this.#watchers) {
      if (watching.lag && seats.length === 0) this.#catchUp(watcher, watching, now);
      lagging ||= watching.lag !== undefined;
    }
    return lagging;
  }

  /** Adds a watcher; one that says where it stopped is first sent what it missed, or told to start over. */
  watch(watcher: Watcher<F>, since: { epoch: number; version: number } | undefined): void {
    this.#watchers.set(watcher, { lag: undefined });
    if (!since) return;
    const missed = this.#patchesSince(since);
    if (!missed) watcher.send(this.#resync());
    else for (const frame of missed) watcher.send(frame);
  }

  leave(watcher: Watcher<F>): void {
    this.#watchers.delete(watcher);
  }

  tellPresence(): void {
    this.#tellAll(this.#frame(JSON.stringify({ type: 'presence', watching: this.#watchers.size })));
  }

  /** Gives the watchers to the feed that replaces this one. */
  handOver(): Map<Watcher<F>, Watching> {
    return this.#watchers;
  }

  #takePending(): [number, MapStatus][] {
    const seats: [number, MapStatus][] = [];
    for (const [seatId, status] of this.#pending) {
      const index = this.#indexOf.get(seatId);
      const code = STATUSES.indexOf(status);
      if (index === undefined || this.#statuses[index] === code) continue;
      this.#statuses[index] = code;
      seats.push([seatId, status]);
    }
    this.#pending.clear();
    return seats;
  }

  #tell(watcher: Watcher<F>, watching: Watching, frame: F, now: Millis): void {
    if (watching.lag) this.#catchUp(watcher, watching, now);
    else if (watcher.bufferedBytes() > this.#limits.laggingBytes) {
      watching.lag = { version: this.#version - 1, since: now };
    } else watcher.send(frame);
  }

  /** One patch with the latest state of every seat that changed while the watcher lagged, once it has room again. */
  #catchUp(watcher: Watcher<F>, watching: Watching, now: Millis): void {
    const lag = watching.lag as NonNullable<Watching['lag']>;
    if (watcher.bufferedBytes() <= this.#limits.laggingBytes / 2) {
      watching.lag = undefined;
      const seats = this.#seatIds.flatMap((seatId, index): [number, MapStatus][] =>
        (this.#changedIn[index] as number) > lag.version
          ? [[seatId, STATUSES[this.#statuses[index] as number] as MapStatus]]
          : [],
      );
      watcher.send(this.#patch(lag.version, seats));
    } else if (now - lag.since > this.#limits.laggingMillis) watcher.close('slow');
  }

  #patchesSince({ epoch, version }: { epoch: number; version: number }): F[] | undefined {
    if (epoch !== this.epoch || version > this.#version) return undefined;
    const missed = this.#patches.filter((patch) => patch.version > version);
    return missed.length === this.#version - version ? missed.map(({ frame }) => frame) : undefined;
  }

  #patch(from: number, seats: readonly [number, MapStatus][]): F {
    const { epoch } = this;
    const version = this.#version;
    return this.#frame(JSON.stringify({ type: 'patch', epoch, from, version, seats }), `${epoch}.${version}`);
  }

  #resync(): F {
    const { epoch } = this;
    const version = this.#version;
    return this.#frame(JSON.stringify({ type: 'resync', epoch, version }), `${epoch}.${version}`);
  }

  /** For watchers of the feed before: nothing they have, or lag behind, is of this epoch. */
  #startOver(): void {
    for (const watching of this.#watchers.values()) watching.lag = undefined;
    this.#tellAll(this.#resync());
  }

  #tellAll(frame: F): void {
    for (const watcher of this.#watchers.keys()) watcher.send(frame);
  }
}
