import { STATUS_LETTERS } from '../contract/seat-map.ts';
import type { Millis } from '../core/clock.ts';
import { layoutOf } from './map-layout.ts';
import type { MapVoice } from './map-voice.ts';
import type { NextVersion, Patch, PublishedMap } from './ports/map-board.ts';
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

const LETTER_OF = Object.fromEntries(
  Object.entries(STATUS_LETTERS).map(([status, letter]) => [status, letter.charCodeAt(0)]),
) as Record<MapStatus, number>;
const STATUS_OF = new Map(Object.entries(LETTER_OF).map(([status, letter]) => [letter, status as MapStatus]));

/** As a published map has them. */
export function lettersOf(seats: readonly MapSeat[]): Uint8Array {
  return Uint8Array.from(seats, ({ status }) => LETTER_OF[status]);
}

/**
 * One event's map as the public sees it: the status of each seat, a version that grows with every patch, the latest
 * patches, and those who watch. Changes gather until `news` is taken; only what is different then is told, and it is
 * shown once the patch has come back from the board.
 */
export class MapFeed<F> {
  readonly eventId: number;
  readonly epoch: number;
  #version: number;
  readonly #seatIds: number[];
  readonly #placeOf = new Map<number, number>();
  readonly #statuses: Uint8Array;
  /** The version in which each seat last changed. */
  readonly #changedIn: Uint32Array;
  readonly #pending = new Map<number, MapStatus>();
  readonly #patches: { patch: Patch; frame: F }[] = [];
  readonly #watchers: Map<Watcher<F>, Watching>;
  readonly #layoutJson: string;
  readonly #voice: MapVoice<F>;
  readonly #limits: FeedLimits;

  constructor(
    read: { eventId: number; currency: string; seats: readonly MapSeat[]; map: PublishedMap },
    options: {
      voice: MapVoice<F>;
      limits: FeedLimits;
      watchers?: MapFeed<F> | undefined;
    },
  ) {
    const { epoch, version, statuses } = read.map;
    this.eventId = read.eventId;
    this.epoch = epoch;
    this.#version = version;
    this.#voice = options.voice;
    this.#limits = options.limits;
    this.#watchers = options.watchers?.handOver() ?? new Map();
    this.#seatIds = read.seats.map((seat) => seat.seatId);
    for (const [place, seatId] of this.#seatIds.entries()) this.#placeOf.set(seatId, place);
    this.#statuses = Uint8Array.from(statuses);
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

  /** Whether somebody reads too slowly, and waits for `settle`. */
  get hasLaggards(): boolean {
    for (const { lag } of this.#watchers.values()) if (lag) return true;
    return false;
  }

  /** The whole map as JSON (shape: contract SeatMap). */
  snapshot(): string {
    const head = `"event_id":${this.eventId},"epoch":${this.epoch},"version":${this.#version}`;
    const statuses = Buffer.from(this.#statuses.buffer).toString('latin1');
    return `{${head},${this.#layoutJson},"statuses":"${statuses}"}`;
  }

  /** Whether the seats are those of this map, so that only their statuses can differ. */
  shows({ epoch, statuses }: PublishedMap): boolean {
    return epoch === this.epoch && statuses.length === this.#statuses.length;
  }

  /** Notes a change; the last one before `news` counts. */
  changed(seatId: number, status: MapStatus): void {
    this.#pending.set(seatId, status);
  }

  /** Notes how all the seats are, in place of what was noted. Seats come by id. */
  changedTo(seats: readonly MapSeat[]): void {
    this.#pending.clear();
    for (const [place, { seatId, status }] of seats.entries()) {
      if (this.#statuses[place] !== LETTER_OF[status]) this.#pending.set(seatId, status);
    }
  }

  forgetChanges(): void {
    this.#pending.clear();
  }

  /** Takes what is different from the present version; undefined when nothing is. */
  news(): Omit<NextVersion, 'fence'> | undefined {
    const seats: [number, MapStatus][] = [];
    const letters: [number, number][] = [];
    for (const [seatId, status] of this.#pending) {
      const place = this.#placeOf.get(seatId);
      const letter = LETTER_OF[status];
      if (place === undefined || this.#statuses[place] === letter) continue;
      seats.push([seatId, status]);
      letters.push([place, letter]);
    }
    this.#pending.clear();
    if (seats.length === 0) return undefined;
    const from = this.#version;
    const steps = this.#voice.counts === 'seats' ? seats.length : 1;
    return { patch: { epoch: this.epoch, from, version: from + steps, seats }, letters };
  }

  /** What leads from here to a later version of this map, in one patch. */
  leapTo({ version, statuses }: PublishedMap): Patch {
    const seats = this.#seatIds.flatMap((seatId, place): [number, MapStatus][] => {
      const letter = statuses[place] as number;
      const status = STATUS_OF.get(letter);
      return status && this.#statuses[place] !== letter ? [[seatId, status]] : [];
    });
    return { epoch: this.epoch, from: this.#version, version, seats };
  }

  /** Shows a patch of this epoch that starts from the present version, and tells everybody, serialised once. */
  apply({ from, version, seats }: Patch, now: Millis): void {
    this.#version = version;
    for (const [seatId, status] of seats) {
      const place = this.#placeOf.get(seatId);
      if (place === undefined) continue;
      this.#statuses[place] = LETTER_OF[status];
      this.#changedIn[place] = version;
    }
    const patch = { epoch: this.epoch, from, version, seats };
    const frame = this.#voice.patch(patch);
    this.#patches.push({ patch, frame });
    if (this.#patches.length > this.#limits.keptPatches) this.#patches.shift();
    for (const [watcher, watching] of this.#watchers) this.#tell(watcher, watching, { frame, from, now });
  }

  /** Gives those who lagged what they missed once they have room, and closes who lags for too long. */
  settle(now: Millis): void {
    for (const [watcher, watching] of this.#watchers) {
      if (watching.lag) this.#catchUp(watcher, watching, now);
    }
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

  tellPresence(watching: number): void {
    const frame = this.#voice.presence(watching);
    if (frame !== undefined) this.#tellAll(frame);
  }

  /** Gives the watchers to the feed that replaces this one. */
  handOver(): Map<Watcher<F>, Watching> {
    return this.#watchers;
  }

  #tell(
    watcher: Watcher<F>,
    watching: Watching,
    { frame, from, now }: { frame: F; from: number; now: Millis },
  ): void {
    if (watching.lag) this.#catchUp(watcher, watching, now);
    else if (watcher.bufferedBytes() > this.#limits.laggingBytes)
      watching.lag = { version: from, since: now };
    else watcher.send(frame);
  }

  /** One patch with the latest state of every seat that changed while the watcher lagged, once it has room again. */
  #catchUp(watcher: Watcher<F>, watching: Watching, now: Millis): void {
    const lag = watching.lag as NonNullable<Watching['lag']>;
    if (watcher.bufferedBytes() <= this.#limits.laggingBytes / 2) {
      watching.lag = undefined;
      const seats = this.#seatIds.flatMap((seatId, place): [number, MapStatus][] =>
        (this.#changedIn[place] as number) > lag.version
          ? [[seatId, STATUS_OF.get(this.#statuses[place] as number) as MapStatus]]
          : [],
      );
      const { epoch, version } = this;
      watcher.send(this.#voice.patch({ epoch, from: lag.version, version, seats }));
    } else if (now - lag.since > this.#limits.laggingMillis) watcher.close('slow');
  }

  #patchesSince({ epoch, version }: { epoch: number; version: number }): F[] | undefined {
    if (epoch !== this.epoch) return undefined;
    if (version === this.#version) return [];
    const next = this.#patches.findIndex(({ patch }) => patch.from <= version && version < patch.version);
    const first = this.#patches[next];
    if (!first) return undefined;
    const { patch, frame } = first;
    const rest = this.#patches.slice(next + 1).map((later) => later.frame);
    if (patch.from === version) return [frame, ...rest];
    // Where each seat is a step, somebody may have stopped within a patch.
    if (patch.seats.length !== patch.version - patch.from) return undefined;
    const seats = patch.seats.slice(version - patch.from);
    return [this.#voice.patch({ ...patch, from: version, seats }), ...rest];
  }

  #resync(): F {
    const { eventId, epoch, version } = this;
    const seats = () =>
      this.#seatIds.map((seatId, place): [number, MapStatus] => [
        seatId,
        STATUS_OF.get(this.#statuses[place] as number) as MapStatus,
      ]);
    return this.#voice.startOver({ eventId, epoch, version, seats });
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
