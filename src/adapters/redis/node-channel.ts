import { type Clock, type Millis, SECOND } from '../../core/clock.ts';
import { every } from '../../core/every.ts';
import type { Random } from '../../core/random.ts';
import { onlyUnavailable } from '../../core/unavailable.ts';
import type { RedisConnection } from './connection/connection.ts';

/** In one message. */
const TOLD_AT_ONCE = 500;
/** What waits to be told; what is over it is asked for by those who missed it. */
const UNTOLD_MAX = 50_000;
const BEAT_EVERY: Millis = 2 * SECOND;
/** A node that was not heard of for so long is no more. */
const SILENT_MILLIS: Millis = 10 * SECOND;
const NODE_BYTES = 8;

interface Told<News> {
  node: string;
  /** A node that begins to listen wants to hear who else is there. */
  hello?: true;
  news?: readonly News[];
  /** Something could not be told. */
  missed?: true;
}

export interface NodeChannelNeeds<News> {
  connection: RedisConnection;
  clock: Clock;
  random: Random;
  channel: string;
  /** Called with what another node told; what one node tells comes in order. */
  heard(news: News): void;
  /** What others told lately may have been lost. */
  missed(): void;
}

/** A channel on which nodes tell each other news, those of one turn together. A node that is alone tells nobody. */
export class NodeChannel<News> {
  readonly #needs: NodeChannelNeeds<News>;
  readonly #node: string;
  /** When each of the other nodes was last heard. */
  readonly #others = new Map<string, Millis>();
  readonly #endings: (() => void)[];
  #untold: News[] = [];
  #isLeaving = false;
  #hasMissed = false;

  constructor(needs: NodeChannelNeeds<News>) {
    const { connection, clock, random, channel } = needs;
    this.#needs = needs;
    this.#node = random.hex(NODE_BYTES);
    let isFirst = true;
    const end = connection.subscribe(channel, {
      message: (text) => this.#hear(JSON.parse(text) as Told<News>),
      listening: () => {
        void this.#say({ hello: true });
        if (!isFirst) needs.missed();
        isFirst = false;
      },
    });
    this.#endings = [end, every(clock, BEAT_EVERY, () => this.#beat())];
  }

  /** Never blocks, never throws. */
  tell(news: readonly News[]): void {
    if (this.#others.size === 0) return;
    if (this.#untold.length + news.length > UNTOLD_MAX) this.#hasMissed = true;
    else for (const each of news) this.#untold.push(each);
    this.#leave();
  }

  close(): void {
    for (const end of this.#endings) end();
  }

  #hear({ node, hello, news, missed }: Told<News>): void {
    if (node === this.#node) return;
    this.#others.set(node, this.#needs.clock.now());
    if (hello) void this.#say({});
    if (missed) this.#needs.missed();
    for (const each of news ?? []) this.#needs.heard(each);
  }

  /** Everything of one turn goes together. */
  #leave(): void {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    queueMicrotask(() => {
      this.#isLeaving = false;
      const news = this.#untold;
      this.#untold = [];
      for (let first = 0; first < news.length; first += TOLD_AT_ONCE)
        void this.#say({ news: news.slice(first, first + TOLD_AT_ONCE) });
    });
  }

  async #beat(): Promise<void> {
    const now = this.#needs.clock.now();
    for (const [node, heardAt] of this.#others) if (now - heardAt > SILENT_MILLIS) this.#others.delete(node);
    const hasMissed = this.#hasMissed;
    this.#hasMissed = false;
    await this.#say(hasMissed ? { missed: true } : {});
  }

  async #say(told: Omit<Told<News>, 'node'>): Promise<void> {
    const { connection, channel } = this.#needs;
    try {
      await connection.publish(channel, JSON.stringify({ node: this.#node, ...told }));
    } catch (error) {
      onlyUnavailable(error);
      // With the next beat.
      if (told.news || told.missed) this.#hasMissed = true;
    }
  }
}
