import { plainGreeting } from './greeting.ts';
import { Link } from './link.ts';
import type { RedisAccess, RedisLimits } from './options.ts';
import type { Servers } from './servers.ts';

/** Somebody who listens to one channel. */
export interface Subscription {
  /** In the order of their sending. */
  message(text: string): void;
  /**
   * Listening begins, for the first time or again: what was sent before may have been missed. Messages follow after
   * it, never before.
   */
  listening(): void;
}

interface Listened {
  subscriptions: Set<Subscription>;
  /** The link it is heard on, once asked for. */
  on: Link | undefined;
  /** Whether the server has said that it is. */
  heard: boolean;
}

const CHECK_EVERY_MILLIS = 250;

/**
 * Listens on connections of its own: each channel at the server of its slot, and again wherever that slot goes. Sharded
 * channels (SSUBSCRIBE) everywhere, also where there is but one server, so that no shape of Redis differs from another.
 */
export class Subscriber {
  readonly #servers: Servers;
  readonly #settings: { access: RedisAccess; limits: RedisLimits };
  readonly #links = new Map<string, Link>();
  readonly #channels = new Map<string, Listened>();
  readonly #timer: NodeJS.Timeout;

  constructor(servers: Servers, settings: { access: RedisAccess; limits: RedisLimits }) {
    this.#servers = servers;
    this.#settings = settings;
    this.#timer = setInterval(() => this.settle(), CHECK_EVERY_MILLIS);
  }

  /** The result ends it. */
  subscribe(channel: string, subscription: Subscription): () => void {
    let listened = this.#channels.get(channel);
    if (!listened) {
      listened = { subscriptions: new Set(), on: undefined, heard: false };
      this.#channels.set(channel, listened);
    }
    const { subscriptions } = listened;
    subscriptions.add(subscription);
    // Who joins a channel that is heard already begins there and then.
    if (listened.on && listened.heard) subscription.listening();
    else this.#settleOne(channel, listened);
    return () => {
      subscriptions.delete(subscription);
      if (subscriptions.size > 0 || this.#channels.get(channel)?.subscriptions !== subscriptions) return;
      this.#channels.delete(channel);
      listened.on?.mute(channel).catch(() => undefined);
    };
  }

  get isUp(): boolean {
    return [...this.#links.values()].every(({ isUp }) => isUp);
  }

  /** Moves every channel to where its slot is now. */
  settle(): void {
    const wanted = new Set(this.#servers.links.map(({ name }) => name));
    for (const [name, link] of this.#links) {
      if (wanted.has(name)) continue;
      link.close();
      this.#links.delete(name);
    }
    for (const [channel, listened] of this.#channels) this.#settleOne(channel, listened);
  }

  close(): void {
    clearInterval(this.#timer);
    for (const link of this.#links.values()) link.close();
  }

  #settleOne(channel: string, listened: Listened): void {
    const server = this.#servers.linkOf(channel);
    if (!server) return;
    const link = this.#linkTo(server);
    if (listened.on === link) return;
    listened.on?.mute(channel).catch(() => undefined);
    listened.on = undefined;
    listened.heard = false;
    if (link.isUp) this.#listen(channel, listened, link);
  }

  #listen(channel: string, listened: Listened, link: Link): void {
    listened.on = link;
    const isStill = () => listened.on === link;
    // What comes in one piece with the server's word that it listens is older than `listening`, and left out.
    const hear = (text: string) => {
      if (!isStill() || !listened.heard) return;
      for (const subscription of listened.subscriptions) subscription.message(text);
    };
    link.listen(channel, hear).then(
      () => {
        if (!isStill()) return;
        listened.heard = true;
        for (const subscription of listened.subscriptions) subscription.listening();
      },
      () => {
        if (isStill()) listened.on = undefined;
      },
    );
  }

  #linkTo({ address, name }: Link): Link {
    let link = this.#links.get(name);
    if (!link) {
      link = new Link({
        address,
        ...this.#settings,
        protocol: 3 as const,
        ...plainGreeting(),
        onUp: () => this.settle(),
        onDown: (lost) => this.#forget(lost),
      });
      this.#links.set(name, link);
    }
    return link;
  }

  #forget(link: Link): void {
    for (const listened of this.#channels.values()) {
      if (listened.on !== link) continue;
      listened.on = undefined;
      listened.heard = false;
    }
  }
}
