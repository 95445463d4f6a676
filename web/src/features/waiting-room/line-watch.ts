import type { LineFrame, SessionView, StandingView } from '../../../../src/contract/waiting-room.ts';
import { ApiError } from '../../lib/api/api-error.ts';
import { AT_THE_DOOR, type LineState, lineMoved, standingTold } from './line-state.ts';
import type { LineEnds, LineWorld } from './line-world.ts';

const AGAIN_AFTER_MS = 5_000;
/** The server says something every 15 seconds; a stream that is silent for so long is dead. */
const SILENCE_MS = 45_000;
/** With a live stream the place is looked at all the same, for what a stream does not say: that it was taken away. */
const LOOK_AT_LEAST_MS = 60_000;
const LOOK_PER_POLL = 3;
const HIDDEN_BEAT_MS = 20_000;
/** Polls between two tries of a stream that does not come about, at most. */
const POLLS_PER_TRY_MOST = 8;

/**
 * A place in the line: taken, kept and watched until the buyer is inside. The stream tells at once; while there is none,
 * the place is asked for as often as the server wishes, and the stream is tried again now and then.
 */
export class LineWatch {
  readonly #world: LineWorld;
  readonly #ends: LineEnds;
  readonly #listeners = new Set<() => void>();
  #state = AT_THE_DOOR;
  #isClosed = false;
  #next: { run: () => void; cancel: () => void } | undefined;
  #stream: { close: () => void } | undefined;
  #streamFailures = 0;
  #pollsUntilTry = 0;
  #silence = () => {};
  #beat = () => {};
  #isEntering = false;

  /** @param first `join`: takes a place at once; `ask`: only when it is told to */
  constructor(world: LineWorld, ends: LineEnds, first: 'join' | 'ask' = 'join') {
    this.#world = world;
    this.#ends = ends;
    if (first === 'join') void this.join();
    else this.#change({ stage: 'out' });
  }

  readonly state = (): LineState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Takes a place, or finds the one there is; after a failure it is tried again by itself. */
  async join(): Promise<void> {
    this.#change({ stage: 'joining' });
    const kept = this.#world.keptPlace();
    await this.#ask(
      () => this.#world.join(kept?.receipt),
      () => void this.join(),
    );
  }

  /** Gives the place up. */
  async leave(): Promise<void> {
    this.#rest();
    await this.#world.leave().catch((error: unknown) => this.#change({ error }));
    if (!this.#isClosed) this.#goOut();
  }

  /** Goes on at once instead of waiting, e.g. when the page is looked at again. */
  hurry(): void {
    const next = this.#next;
    next?.cancel();
    next?.run();
  }

  /** A hidden page is asked for signs of life, as its stream may be asleep without knowing. */
  setVisible(visibility: 'visible' | 'hidden'): void {
    this.#beat();
    this.#beat = () => {};
    if (visibility === 'visible') this.hurry();
    else this.#beatLater();
  }

  close(): void {
    this.#isClosed = true;
    this.#rest();
    this.#beat();
  }

  async #look(): Promise<void> {
    await this.#ask(
      () => this.#world.look(),
      () => void this.#look(),
    );
  }

  async #ask(request: () => Promise<StandingView>, again: () => void): Promise<void> {
    try {
      const told = await request();
      if (!this.#isOver()) this.#tell(told);
    } catch (error) {
      if (this.#isOver()) return;
      if (!(error instanceof ApiError)) throw error;
      this.#fail(error, again);
    }
  }

  /** What is answered after the end is no news. */
  #isOver(): boolean {
    return this.#isClosed || this.#state.stage === 'inside' || this.#state.stage === 'out';
  }

  #fail(error: ApiError, again: () => void): void {
    if (error.code === 'NO_WAITING_ROOM') this.#ends.onOpenSale();
    else if (error.code === 'NOT_IN_LINE') this.#goOut();
    else {
      this.#change({ error });
      if (error.status === 503) this.#ends.onLost();
      const ms = error.retryAfterSeconds === undefined ? AGAIN_AFTER_MS : error.retryAfterSeconds * 1_000;
      this.#wait(again, ms * (1 + this.#world.dice() / 2));
    }
  }

  #tell(told: StandingView): void {
    if (this.#isEntering) return;
    if (told.status === 'ACTIVE' && told.session !== undefined && told.expires_at !== undefined) {
      this.#goIn({ session: told.session, expires_at: told.expires_at });
      return;
    }
    const kept = this.#world.keptPlace();
    const before =
      this.#state.from === undefined && kept?.place === told.place
        ? { ...this.#state, from: kept.from, standing: told }
        : this.#state;
    this.#become(standingTold(before, told));
    const { from } = this.#state;
    this.#world.keepPlace({ receipt: told.receipt, place: told.place, from });
    if (told.entry_token !== undefined) void this.#enter(told.entry_token);
    else this.#goOn(told);
  }

  #goOn(told: StandingView): void {
    this.#lookLater(told);
    if (!this.#stream && this.#pollsUntilTry-- <= 0) this.#openStream();
  }

  #lookLater({ poll_after_ms: poll }: StandingView): void {
    const ms = this.#state.connection === 'live' ? Math.max(LOOK_AT_LEAST_MS, poll * LOOK_PER_POLL) : poll;
    this.#wait(() => void this.#look(), ms);
  }

  #openStream(): void {
    const close = this.#world.openStream({
      onFrame: (frame) => {
        this.#hear();
        this.#receive(frame);
      },
      onClose: () => this.#loseStream(),
    });
    this.#stream = { close };
    this.#hearWithin(SILENCE_MS);
  }

  #hear(): void {
    this.#hearWithin(SILENCE_MS);
    if (this.#state.connection === 'live') return;
    this.#streamFailures = 0;
    this.#change({ connection: 'live' });
    if (this.#state.standing) this.#lookLater(this.#state.standing);
  }

  #hearWithin(ms: number): void {
    this.#silence();
    this.#silence = this.#world.later(() => {
      this.#stream?.close();
      this.#loseStream();
    }, ms);
  }

  #loseStream(): void {
    this.#silence();
    this.#stream = undefined;
    this.#streamFailures += 1;
    this.#pollsUntilTry = Math.min(POLLS_PER_TRY_MOST, 2 ** (this.#streamFailures - 1)) - 1;
    this.#change({ connection: 'interrupted' });
    if (this.#state.standing && this.#state.stage === 'waiting') this.#lookLater(this.#state.standing);
  }

  #receive(frame: LineFrame): void {
    if (frame.type === 'INIT') {
      const { type: _, ...told } = frame;
      this.#tell(told);
    } else if (frame.type === 'ACTIVE') void this.#enter(frame.entry_token);
    else if (this.#state.stage !== 'waiting' || frame.type === 'KEEPALIVE') return;
    else if (frame.type === 'RANK_UPDATE' && frame.status === 'ACTIVE') void this.#look();
    else this.#become(lineMoved(this.#state, frame));
  }

  /** Who is called goes in; if another page of his was faster, he is inside all the same. */
  async #enter(entryToken: string): Promise<void> {
    if (this.#isEntering || this.#isOver()) return;
    this.#isEntering = true;
    this.#change({ stage: 'entering' });
    try {
      const entered = await this.#world.enter(entryToken);
      if (!this.#isClosed) this.#goIn(entered);
    } catch (error) {
      if (this.#isClosed) return;
      this.#isEntering = false;
      if (!(error instanceof ApiError)) throw error;
      const isOver = error.code.startsWith('ADMISSION_');
      if (!isOver) this.#change({ error });
      this.#wait(() => void this.#look(), isOver ? 0 : AGAIN_AFTER_MS);
    }
  }

  #goIn(entered: SessionView): void {
    this.#rest();
    this.#world.keepPlace(undefined);
    this.#change({ stage: 'inside', error: undefined });
    this.#ends.onInside(entered);
  }

  #goOut(): void {
    this.#rest();
    this.#world.keepPlace(undefined);
    this.#become({ ...AT_THE_DOOR, stage: 'out', error: this.#state.error });
  }

  #rest(): void {
    this.#next?.cancel();
    this.#next = undefined;
    this.#silence();
    this.#stream?.close();
    this.#stream = undefined;
    this.#pollsUntilTry = 0;
  }

  #beatLater(): void {
    const ms = Math.max(HIDDEN_BEAT_MS, this.#state.standing?.poll_after_ms ?? 0);
    this.#beat = this.#world.later(() => {
      // A sign of life that is not heard is followed by another.
      if (this.#state.stage === 'waiting') this.#world.showSignOfLife().catch(() => undefined);
      this.#beatLater();
    }, ms);
  }

  #wait(run: () => void, ms: number): void {
    this.#next?.cancel();
    const once = () => {
      this.#next = undefined;
      run();
    };
    this.#next = { run: once, cancel: this.#world.later(once, ms) };
  }

  #change(next: Partial<LineState>): void {
    this.#become({ ...this.#state, ...next });
  }

  #become(state: LineState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
