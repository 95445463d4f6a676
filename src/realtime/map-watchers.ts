import type { Millis } from '../core/clock.ts';
import type { Watcher } from './ports/watcher.ts';

export interface LagLimits {
  /** A watcher with more than this waiting is sent no more until it has caught up. */
  laggingBytes: number;
  /** A watcher that lags for longer is closed. */
  laggingMillis: Millis;
}

interface Watching {
  /** Set while the watcher lags: the last version it was sent, and since when. */
  lag: { version: number; since: Millis } | undefined;
}

/** What is told of a version of the map, and what leads to it in one patch from one before. */
export interface VersionTold<F> {
  frame: F;
  /** The version before. */
  from: number;
  since(version: number): F;
  now: Millis;
}

/** Those who watch one map. Who reads too slowly is told nothing until it has room, and then all that it missed in one frame. */
export class MapWatchers<F> {
  readonly #limits: LagLimits;
  readonly #watchers = new Map<Watcher<F>, Watching>();

  constructor(limits: LagLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#watchers.size;
  }

  /** Whether somebody reads too slowly, and waits for `settle`. */
  get hasLaggards(): boolean {
    for (const { lag } of this.#watchers.values()) if (lag) return true;
    return false;
  }

  add(watcher: Watcher<F>): void {
    this.#watchers.set(watcher, { lag: undefined });
  }

  remove(watcher: Watcher<F>): void {
    this.#watchers.delete(watcher);
  }

  tell({ frame, from, since, now }: VersionTold<F>): void {
    for (const [watcher, watching] of this.#watchers) {
      if (watching.lag) this.#catchUp(watcher, watching, { since, now });
      else if (watcher.bufferedBytes() > this.#limits.laggingBytes)
        watching.lag = { version: from, since: now };
      else watcher.send(frame);
    }
  }

  /** Gives those who lagged what they missed once they have room, and closes who lags for too long. */
  settle(told: Pick<VersionTold<F>, 'since' | 'now'>): void {
    for (const [watcher, watching] of this.#watchers) {
      if (watching.lag) this.#catchUp(watcher, watching, told);
    }
  }

  /** What they have, or lag behind, is worth nothing any more. */
  startOver(frame: F): void {
    for (const watching of this.#watchers.values()) watching.lag = undefined;
    this.tellAll(frame);
  }

  /** However slowly they read. */
  tellAll(frame: F): void {
    for (const watcher of this.#watchers.keys()) watcher.send(frame);
  }

  #catchUp(
    watcher: Watcher<F>,
    watching: Watching,
    { since, now }: Pick<VersionTold<F>, 'since' | 'now'>,
  ): void {
    const lag = watching.lag as NonNullable<Watching['lag']>;
    if (watcher.bufferedBytes() <= this.#limits.laggingBytes / 2) {
      watching.lag = undefined;
      watcher.send(since(lag.version));
    } else if (now - lag.since > this.#limits.laggingMillis) watcher.close('slow');
  }
}
