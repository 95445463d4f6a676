import type { MapFrame, SeatMap } from '../../../../src/contract/seat-map.ts';
import { decodeHall, type Hall } from './hall.ts';
import { applyPatch } from './hall-patch.ts';
import type { OpenStream, StreamKind } from './open-stream.ts';

const BACKOFF_FIRST_MS = 500;
const BACKOFF_MOST_MS = 20_000;
/** A resync reaches every watcher in the same moment; their snapshots are asked for over this span. */
const RESYNC_SPREAD_MS = 400;
/** A stream that lives this long is sound: failures before it are forgotten. */
const SOUND_AFTER_MS = 5_000;
const FAILURES_BEFORE_SWITCH = 2;

export interface LiveHallState {
  readonly hall: Hall | undefined;
  /** Grows with every change of the hall, which itself changes in place. */
  readonly revision: number;
  readonly connection: 'connecting' | 'live' | 'interrupted';
  readonly watching: number | undefined;
  readonly error: unknown;
}

export const NOTHING_YET: LiveHallState = {
  hall: undefined,
  revision: 0,
  connection: 'connecting',
  watching: undefined,
  error: undefined,
};

/** The outside world, so that the rules of reconnecting can be tested without one. */
export interface LiveHallWorld {
  loadSnapshot(signal: AbortSignal): Promise<SeatMap>;
  openStream: OpenStream;
  /** Calls back after some milliseconds, unless cancelled by the function returned. */
  later(run: () => void, ms: number): () => void;
  /** 0 to 1. */
  dice(): number;
}

/** Told of the seats that changed, or of undefined when the hall itself is another. */
export type SeatsListener = (seats: readonly number[] | undefined) => void;

/**
 * Snapshot, then patches on top of it. A gap, a new epoch or a resync takes a new snapshot; a lost stream is opened again
 * from where we are. After two failures in a row the other kind of stream is tried, as some proxies break one of them.
 */
export class LiveHall {
  readonly #world: LiveHallWorld;
  readonly #listeners = new Set<() => void>();
  readonly #seatListeners = new Set<SeatsListener>();
  readonly #abort = new AbortController();
  #state = NOTHING_YET;
  #kind: StreamKind = 'websocket';
  #failures = 0;
  #waiting: { run: () => void; cancel: () => void } | undefined;
  #closeStream = () => {};

  constructor(world: LiveHallWorld) {
    this.#world = world;
    void this.#load();
  }

  readonly state = (): LiveHallState => this.#state;

  /** Calls back after every change of the state. */
  readonly subscribe = (listener: () => void): (() => void) => join(this.#listeners, listener);

  readonly onSeats = (listener: SeatsListener): (() => void) => join(this.#seatListeners, listener);

  /** Connects at once instead of waiting, e.g. when the network is back. */
  hurry(): void {
    const waiting = this.#waiting;
    waiting?.cancel();
    waiting?.run();
  }

  close(): void {
    this.#abort.abort();
    this.#waiting?.cancel();
    this.#closeStream();
  }

  async #load(): Promise<void> {
    const { signal } = this.#abort;
    try {
      const map = await this.#world.loadSnapshot(signal);
      if (signal.aborted) return;
      this.#changeSeats(undefined, { hall: decodeHall(map), error: undefined });
    } catch (error) {
      if (!signal.aborted) this.#waitAfterFailure(() => void this.#load(), error);
      return;
    }
    this.#connect();
  }

  #connect(): void {
    const { hall } = this.#state;
    if (!hall) return;
    let forgetFailures = () => {};
    const close = this.#world.openStream(
      { kind: this.#kind, since: `${hall.epoch}.${hall.version}` },
      {
        onOpen: () => {
          this.#change({ connection: 'live', error: undefined });
          forgetFailures = this.#world.later(() => {
            this.#failures = 0;
          }, SOUND_AFTER_MS);
        },
        onFrame: (frame) => this.#receive(frame),
        onClose: () => {
          forgetFailures();
          this.#waitAfterFailure(() => this.#connect());
          if (this.#failures >= FAILURES_BEFORE_SWITCH) this.#kind = otherKind(this.#kind);
        },
      },
    );
    this.#closeStream = () => {
      forgetFailures();
      close();
    };
  }

  #receive(frame: MapFrame): void {
    if (frame.type === 'presence') this.#change({ watching: frame.watching });
    else if (frame.type === 'resync') this.#startOver();
    else if (this.#state.hall) {
      const patch = applyPatch(this.#state.hall, frame);
      if (patch.outcome === 'gap') this.#startOver();
      if (patch.outcome === 'applied') this.#changeSeats(patch.seats);
    }
  }

  #startOver(): void {
    this.#closeStream();
    this.#wait(() => void this.#load(), this.#world.dice() * RESYNC_SPREAD_MS);
  }

  #waitAfterFailure(run: () => void, error?: unknown): void {
    this.#failures += 1;
    this.#change({ connection: 'interrupted', error });
    const most = Math.min(BACKOFF_MOST_MS, BACKOFF_FIRST_MS * 2 ** this.#failures);
    this.#wait(run, most * (0.25 + this.#world.dice() * 0.75));
  }

  #wait(run: () => void, ms: number): void {
    this.#waiting?.cancel();
    const once = () => {
      this.#waiting = undefined;
      run();
    };
    this.#waiting = { run: once, cancel: this.#world.later(once, ms) };
  }

  #changeSeats(seats: readonly number[] | undefined, next: Partial<LiveHallState> = {}): void {
    this.#change({ ...next, revision: this.#state.revision + 1 });
    for (const listener of this.#seatListeners) listener(seats);
  }

  #change(next: Partial<LiveHallState>): void {
    this.#state = { ...this.#state, ...next };
    for (const listener of this.#listeners) listener();
  }
}

function otherKind(kind: StreamKind): StreamKind {
  return kind === 'websocket' ? 'server-sent-events' : 'websocket';
}

function join<T>(set: Set<T>, member: T): () => void {
  set.add(member);
  return () => set.delete(member);
}
