import { type Clock, type Millis, SECOND } from '../../core/clock.ts';
import { every } from '../../core/every.ts';
import { LatestMap } from '../../core/latest-map.ts';
import type { Random } from '../../core/random.ts';
import { onlyUnavailable } from '../../core/unavailable.ts';
import type { BuyerEvent, RequestNews, RequestNewsListener } from '../../request-queue/ports/request-news.ts';
import type { SeatRequest } from '../../request-queue/request.ts';
import type { RedisConnection } from './connection/connection.ts';

/** One channel for all events: what is told of a request is told to those who watch it, wherever they are. */
const CHANNEL = 'ticketing:{requests}:news';
/** In one message. */
const TOLD_AT_ONCE = 500;
/** What waits to be told; what is over it is asked for by those who missed it. */
const UNTOLD_MAX = 50_000;
const BEAT_EVERY: Millis = 2 * SECOND;
/** A node that was not heard of for so long is no more. */
const SILENT_MILLIS: Millis = 10 * SECOND;
/** Events of buyers that are remembered, and for how long. */
const REMEMBERED = 20_000;
const REMEMBERED_FOR: Millis = 30 * SECOND;
const NODE_BYTES = 8;

interface Told {
  node: string;
  /** A node that begins to listen wants to hear who else is there. */
  hello?: true;
  changed?: readonly SeatRequest[];
  happened?: readonly BuyerEvent[];
  /** Something could not be told. */
  missed?: true;
}

export interface RedisRequestNewsNeeds {
  connection: RedisConnection;
  clock: Clock;
  random: Random;
}

/** News between nodes over a channel. A node that is alone tells nobody but itself. */
export function redisRequestNews(needs: RedisRequestNewsNeeds): RequestNews & { close(): void } {
  return new RedisRequestNews(needs);
}

class RedisRequestNews implements RequestNews {
  readonly #needs: RedisRequestNewsNeeds;
  readonly #node: string;
  readonly #listeners: RequestNewsListener[] = [];
  /** When each of the other nodes was last heard. */
  readonly #others = new Map<string, Millis>();
  readonly #endings: (() => void)[];
  #changed: SeatRequest[] = [];
  #happened: BuyerEvent[] = [];
  #isLeaving = false;
  #hasMissed = false;
  /** When each event of a buyer came to be known. */
  readonly #known = new LatestMap<string, Millis>({ most: REMEMBERED });

  constructor(needs: RedisRequestNewsNeeds) {
    const { connection, clock, random } = needs;
    this.#needs = needs;
    this.#node = random.hex(NODE_BYTES);
    let isFirst = true;
    const end = connection.subscribe(CHANNEL, {
      message: (text) => this.#hear(JSON.parse(text) as Told),
      listening: () => {
        void this.#say({ hello: true });
        if (!isFirst) this.#tellMissed();
        isFirst = false;
      },
    });
    this.#endings = [end, every(clock, BEAT_EVERY, () => this.#beat())];
  }

  changed(requests: readonly SeatRequest[]): void {
    for (const listener of this.#listeners) for (const request of requests) listener.changed(request);
    if (this.#others.size === 0) return;
    if (this.#changed.length + requests.length > UNTOLD_MAX) this.#hasMissed = true;
    else for (const request of requests) this.#changed.push(request);
    this.#leave();
  }

  happened(event: BuyerEvent): void {
    if (this.#isKnown(event)) return;
    for (const listener of this.#listeners) listener.happened(event);
    if (this.#others.size === 0) return;
    if (this.#happened.length >= UNTOLD_MAX) return;
    this.#happened.push(event);
    this.#leave();
  }

  listen(listener: RequestNewsListener): void {
    this.#listeners.push(listener);
  }

  close(): void {
    for (const end of this.#endings) end();
  }

  #hear(told: Told): void {
    if (told.node === this.#node) return;
    this.#others.set(told.node, this.#needs.clock.now());
    if (told.hello) void this.#say({});
    if (told.missed) this.#tellMissed();
    for (const listener of this.#listeners)
      for (const request of told.changed ?? []) listener.changed(request);
    for (const event of told.happened ?? [])
      if (!this.#isKnown(event)) for (const listener of this.#listeners) listener.happened(event);
  }

  #tellMissed(): void {
    for (const listener of this.#listeners) listener.missed();
  }

  /** Everything of one turn goes together. */
  #leave(): void {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    queueMicrotask(() => {
      this.#isLeaving = false;
      const [changed, happened] = [this.#changed, this.#happened];
      this.#changed = [];
      this.#happened = [];
      for (let first = 0; first < Math.max(changed.length, happened.length); first += TOLD_AT_ONCE) {
        const to = first + TOLD_AT_ONCE;
        void this.#say({ changed: changed.slice(first, to), happened: happened.slice(first, to) });
      }
    });
  }

  async #beat(): Promise<void> {
    const now = this.#needs.clock.now();
    for (const [node, heardAt] of this.#others) if (now - heardAt > SILENT_MILLIS) this.#others.delete(node);
    const hasMissed = this.#hasMissed;
    this.#hasMissed = false;
    await this.#say(hasMissed ? { missed: true } : {});
  }

  async #say(told: Omit<Told, 'node'>): Promise<void> {
    try {
      await this.#needs.connection.publish(CHANNEL, JSON.stringify({ node: this.#node, ...told }));
    } catch (error) {
      onlyUnavailable(error);
      // With the next beat.
      if (told.changed || told.happened || told.missed) this.#hasMissed = true;
    }
  }

  /** Several nodes come to know of the same event. */
  #isKnown(event: BuyerEvent): boolean {
    const key = JSON.stringify([event.userId, event.type, event.data]);
    const now = this.#needs.clock.now();
    const knownAt = this.#known.get(key);
    if (knownAt !== undefined && now - knownAt < REMEMBERED_FOR) return true;
    this.#known.set(key, now);
    return false;
  }
}
