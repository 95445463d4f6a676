import type { Millis } from '../core/clock.ts';
import { KeptPatches } from './kept-patches.ts';
import { MapState, type ReadMap } from './map-state.ts';
import type { MapVoice } from './map-voice.ts';
import { type LagLimits, MapWatchers } from './map-watchers.ts';
import type { MapPoint, NextVersion, Patch, PublishedMap } from './ports/map-board.ts';
import type { MapSeat, MapStatus } from './ports/map-source.ts';
import type { Watcher } from './ports/watcher.ts';

export interface FeedLimits extends LagLimits {
  /** Patches kept for those who come back. */
  keptPatches: number;
}

export interface FeedOptions<F> {
  voice: MapVoice<F>;
  limits: FeedLimits;
  /** The feed that this one replaces: its watchers are told to start over. */
  before?: MapFeed<F> | undefined;
}

/**
 * One event's map as the public sees it: its state, the latest patches, and those who watch. Changes gather until `news`
 * is taken; only what is different then is told, and it is shown once the patch has come back from the board.
 */
export class MapFeed<F> {
  readonly #state: MapState;
  readonly #voice: MapVoice<F>;
  readonly #pending = new Map<number, MapStatus>();
  readonly #patches: KeptPatches<F>;
  readonly #watchers: MapWatchers<F>;

  constructor(read: ReadMap, { voice, limits, before }: FeedOptions<F>) {
    this.#state = new MapState(read);
    this.#voice = voice;
    this.#patches = new KeptPatches(limits.keptPatches, voice);
    this.#watchers = before ? before.#watchers : new MapWatchers(limits);
    if (before) this.#watchers.startOver(this.#startOver());
  }

  get epoch(): number {
    return this.#state.epoch;
  }

  get version(): number {
    return this.#state.version;
  }

  get watching(): number {
    return this.#watchers.size;
  }

  get hasNews(): boolean {
    return this.#pending.size > 0;
  }

  /** Whether somebody reads too slowly, and waits for `settle`. */
  get hasLaggards(): boolean {
    return this.#watchers.hasLaggards;
  }

  /** The whole map as JSON (shape: contract SeatMap). */
  snapshot(): string {
    return this.#state.snapshot();
  }

  /** Whether the seats are those of this map, so that only their statuses can differ. */
  shows(map: PublishedMap): boolean {
    return this.#state.shows(map);
  }

  /** Notes a change; the last one before `news` counts. */
  changed(seatId: number, status: MapStatus): void {
    this.#pending.set(seatId, status);
  }

  /** Notes how all the seats are, in place of what was noted. Seats come by id. */
  changedTo(seats: readonly MapSeat[]): void {
    this.#pending.clear();
    for (const [seatId, status] of this.#state.differing(seats)) this.#pending.set(seatId, status);
  }

  forgetChanges(): void {
    this.#pending.clear();
  }

  /** Takes what is different from the present version; undefined when nothing is. */
  news(): Omit<NextVersion, 'fence'> | undefined {
    const { seats, letters } = this.#state.differences(this.#pending);
    this.#pending.clear();
    if (seats.length === 0) return undefined;
    const { epoch, version: from } = this.#state;
    const steps = this.#voice.counts === 'seats' ? seats.length : 1;
    return { patch: { epoch, from, version: from + steps, seats }, letters };
  }

  /** Shows a patch of this epoch that starts from the present version, and tells everybody, serialised once. */
  apply(patch: Patch, now: Millis): void {
    this.#state.apply(patch);
    const frame = this.#voice.patch(patch);
    this.#patches.keep(patch, frame);
    this.#watchers.tell({ frame, from: patch.from, since: this.#since, now });
  }

  /** Shows a later version of this map, in one patch. */
  leapTo(map: PublishedMap, now: Millis): void {
    this.apply(this.#state.leapTo(map), now);
  }

  /** Gives those who lagged what they missed once they have room, and closes who lags for too long. */
  settle(now: Millis): void {
    this.#watchers.settle({ since: this.#since, now });
  }

  /** Adds a watcher; one that says where it stopped is first sent what it missed, or told to start over. */
  watch(watcher: Watcher<F>, since: MapPoint | undefined): void {
    this.#watchers.add(watcher);
    if (!since || (since.epoch === this.epoch && since.version === this.version)) return;
    const missed = since.epoch === this.epoch ? this.#patches.since(since.version) : undefined;
    for (const frame of missed ?? [this.#startOver()]) watcher.send(frame);
  }

  leave(watcher: Watcher<F>): void {
    this.#watchers.remove(watcher);
  }

  tellPresence(watching: number): void {
    const frame = this.#voice.presence(watching);
    if (frame !== undefined) this.#watchers.tellAll(frame);
  }

  readonly #since = (version: number): F => this.#voice.patch(this.#state.since(version));

  #startOver(): F {
    const { eventId, epoch, version } = this.#state;
    return this.#voice.startOver({ eventId, epoch, version, seats: () => this.#state.all() });
  }
}
