import { Audience } from '../core/audience.ts';
import type { Clock, Millis } from '../core/clock.ts';
import { onlyUnavailable } from '../core/unavailable.ts';
import { isOver, type SeatRequest } from './request.ts';
import type { RequestNow } from './service.ts';

/** Positions move with every request that is served; who waits is told of it at most this often. */
const POSITIONS_EVERY: Millis = 250;
const FOUND_AT_ONCE = 20;

/** Somebody who watches a request, or everything that is his. */
export interface RequestWatcher {
  /** How a request stands at first, and each time it has moved. */
  status(now: RequestNow): void;
  /** A request that waits has come nearer, or was passed. */
  position(now: RequestNow): void;
  /** A request is over. */
  over(now: RequestNow): void;
}

export interface RequestStreamsNeeds {
  clock: Clock;
  /** How a request stands now, as far as is known without asking. */
  look(request: SeatRequest): RequestNow;
  /** Brings what `look` knows of an event to the present. */
  refresh(eventId: number): Promise<void>;
  find(requestId: string): Promise<SeatRequest | undefined>;
}

/** A request as a watcher was last told of it. */
interface Told {
  readonly watch: Watch;
  request: SeatRequest;
  position: number | null;
}

class Watch {
  readonly watcher: RequestWatcher;
  readonly told = new Map<string, Told>();

  constructor(watcher: RequestWatcher) {
    this.watcher = watcher;
  }
}

/** Tells those who watch, and nobody else, what becomes of requests; each watcher sees a request only move on. */
export class RequestStreams {
  readonly #needs: RequestStreamsNeeds;
  readonly #byRequest = new Audience<string, Watch>();
  readonly #byBuyer = new Audience<string, Watch>();
  /** Requests that somebody sees waiting, by event. */
  readonly #waiting = new Audience<number, Told>();
  readonly #positionsDue = new Set<number>();
  /** News were missed since the last time that everybody was asked about. */
  #isMissing = false;
  #catchingUp: Promise<void> | undefined;

  constructor(needs: RequestStreamsNeeds) {
    this.#needs = needs;
  }

  /** Shows a request and then each of its moves. The result ends it. */
  watchRequest(request: SeatRequest, watcher: RequestWatcher): () => void {
    const watch = new Watch(watcher);
    const leave = this.#enter(this.#byRequest, request.requestId, watch);
    this.#tell(watch, request);
    // What happened between the finding of the request and here was told to nobody.
    void this.#findAgain(watch, request.requestId);
    return leave;
  }

  /** Shows everything of a buyer's from now on, beginning with the requests named. */
  watchBuyer(userId: string, requests: readonly SeatRequest[], watcher: RequestWatcher): () => void {
    const watch = new Watch(watcher);
    const leave = this.#enter(this.#byBuyer, userId, watch);
    for (const request of requests) this.#tell(watch, request);
    return leave;
  }

  changed(request: SeatRequest): void {
    for (const watch of this.#byRequest.of(request.requestId)) this.#tell(watch, request);
    for (const watch of this.#byBuyer.of(request.userId)) this.#tell(watch, request);
    if (request.state !== 'PENDING') this.#positionsMoved(request.eventId);
  }

  /** Everybody is told how his requests stand now, some at a time: a crowd that asks at once would be one more trouble. */
  missed(): void {
    this.#isMissing = true;
    this.#catchingUp ??= this.#catchUp().finally(() => {
      this.#catchingUp = undefined;
    });
  }

  get watching(): number {
    return this.#byRequest.size + this.#byBuyer.size;
  }

  #enter(audience: Audience<string, Watch>, key: string, watch: Watch): () => void {
    const leave = audience.join(key, watch);
    return () => {
      leave();
      for (const told of watch.told.values()) this.#waitsNoMore(told);
      watch.told.clear();
    };
  }

  async #catchUp(): Promise<void> {
    while (this.#isMissing) {
      this.#isMissing = false;
      const watches = [...this.#byRequest.all(), ...this.#byBuyer.all()];
      const told = watches.flatMap((watch) => [...watch.told.keys()].map((id) => [watch, id] as const));
      const rest = told.values();
      const findSome = async () => {
        for (const each of rest) await this.#findAgain(...each);
      };
      await Promise.all(Array.from({ length: FOUND_AT_ONCE }, findSome));
    }
  }

  async #findAgain(watch: Watch, requestId: string): Promise<void> {
    try {
      const latest = await this.#needs.find(requestId);
      if (latest && watch.told.has(requestId)) this.#tell(watch, latest);
    } catch (error) {
      // Its next move is told all the same.
      onlyUnavailable(error);
    }
  }

  #tell(watch: Watch, request: SeatRequest): void {
    const before = watch.told.get(request.requestId);
    if (before && before.request.revision >= request.revision) return;
    const now = this.#needs.look(request);
    if (before) this.#waitsNoMore(before);
    if (isOver(request)) watch.told.delete(request.requestId);
    else {
      const told: Told = { watch, request, position: now.position };
      watch.told.set(request.requestId, told);
      if (request.state === 'PENDING') this.#waiting.join(request.eventId, told);
    }
    const hasEndOfItsOwn = isOver(request) && request.state !== 'CANCELLED';
    if (!before || !hasEndOfItsOwn) watch.watcher.status(now);
    if (isOver(request)) watch.watcher.over(now);
  }

  #waitsNoMore(told: Told): void {
    this.#waiting.leave(told.request.eventId, told);
  }

  #positionsMoved(eventId: number): void {
    if (this.#positionsDue.has(eventId) || !this.#waiting.has(eventId)) return;
    this.#positionsDue.add(eventId);
    this.#needs.clock.after(POSITIONS_EVERY, () => void this.#tellPositions(eventId));
  }

  async #tellPositions(eventId: number): Promise<void> {
    this.#positionsDue.delete(eventId);
    try {
      await this.#needs.refresh(eventId);
    } catch (error) {
      // They are told what was known a moment ago.
      onlyUnavailable(error);
    }
    for (const told of this.#waiting.of(eventId)) this.#tellPosition(told);
  }

  #tellPosition(told: Told): void {
    const now = this.#needs.look(told.request);
    if (now.position === null || now.position === told.position) return;
    told.position = now.position;
    told.watch.watcher.position(now);
  }
}
