import type { Clock } from '../../../core/clock.ts';
import type { RedisConnection } from '../connection/connection.ts';
import { failureOf, lost, notSent } from '../connection/failures.ts';
import type { Argument } from '../connection/link.ts';
import type { Subscription } from '../connection/subscriber.ts';
import type { Script } from '../scripts.ts';
import type { Reply } from './memory.ts';
import { Pipe } from './pipe.ts';
import type { RedisServer } from './server.ts';

export interface Surroundings {
  now(): number;
  after(delayMillis: number, label: string, run: () => void): void;
  /** How long something is on its way, one way. */
  tripMillis(): number;
  /** Whether a command that was on its way when its connection broke had reached the server. */
  outlivesCut(): boolean;
  /** 40 hex digits that were never returned before. */
  replicationId(): string;
}

/** The life of the process that is connected. */
export interface Owner {
  readonly isAlive: boolean;
  atEnd(act: () => void): void;
  /** Brings something to it, at once or when it goes on; absent where it never stands still. */
  enter?(act: () => void): void;
}

/** How long it takes a node to notice that a server is there again. */
const RECONNECT_MILLIS = 40;

/** The server as a connection sees it. */
interface Redis {
  readonly server: RedisServer;
  readonly surroundings: Surroundings;
  readonly isUp: boolean;
}

interface Asked {
  run(): Reply;
  effect: 'read' | 'write';
  resolve(reply: Reply): void;
  reject(error: unknown): void;
}

interface Answered extends Asked {
  reply?: Reply;
  error?: unknown;
}

interface Listened {
  subscriptions: Set<Subscription>;
  isHeard: boolean;
}

const SERVER = 'redis.simulated';

/** One process' connection to the server. */
export class SimulatedConnection implements RedisConnection {
  readonly isCluster = false;
  readonly ownClock: Clock;
  readonly #redis: Redis;
  readonly #owner: Owner;
  readonly #asks: Pipe<Asked>;
  readonly #answers: Pipe<Answered>;
  readonly #news: Pipe<() => void>;
  readonly #channels = new Map<string, Listened>();
  readonly #listeners = new Set<() => void>();
  #isUp: boolean;
  #apartUntil = 0;
  #closed = false;

  constructor(redis: Redis, owner: Owner) {
    this.#redis = redis;
    this.#owner = owner;
    this.ownClock = ownClockOf(redis.surroundings, owner);
    this.#isUp = redis.isUp;
    const { after } = redis.surroundings;
    this.#asks = new Pipe('redis command', after, (asked) => this.#arrived(asked));
    this.#answers = new Pipe('redis reply', after, (answered) => this.#answered(answered));
    this.#news = new Pipe('redis message', after, (hear) => enter(owner, hear));
    if (!this.#isUp) this.#comeBack();
  }

  read<R>(_key: string, command: readonly Argument[]): Promise<R> {
    return this.#ask('read', () => this.#redis.server.command(command.map(bytesOf)));
  }

  write<R>(_key: string, command: readonly Argument[]): Promise<R> {
    return this.#ask('write', () => this.#redis.server.command(command.map(bytesOf)));
  }

  runScript<R>(script: Script, keys: readonly string[], args: readonly Argument[]): Promise<R> {
    const run = () => this.#redis.server.script(script, keys.map(bytesOf), args.map(bytesOf));
    return this.#ask(script.writes ? 'write' : 'read', run);
  }

  subscribe(channel: string, subscription: Subscription): () => void {
    let listened = this.#channels.get(channel);
    if (!listened) {
      listened = { subscriptions: new Set(), isHeard: false };
      this.#channels.set(channel, listened);
      listened.subscriptions.add(subscription);
      if (this.#isUp) this.#listen(listened);
    } else {
      listened.subscriptions.add(subscription);
      if (listened.isHeard) subscription.listening();
    }
    const { subscriptions } = listened;
    return () => {
      subscriptions.delete(subscription);
      if (subscriptions.size === 0 && this.#channels.get(channel)?.subscriptions === subscriptions)
        this.#channels.delete(channel);
    };
  }

  async publish(channel: string, text: string): Promise<void> {
    await this.write(channel, ['SPUBLISH', channel, text]);
  }

  replicationId(): string | undefined {
    return this.#isUp ? this.#redis.server.replicationId : undefined;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  health(): { up: true } | { up: false; reason: string } {
    return this.#isUp ? { up: true } : { up: false, reason: notSent(SERVER).message };
  }

  close(): void {
    this.#closed = true;
    this.cut();
  }

  /** Said by the server on a channel. False when it is not listened to here. */
  tell(channel: string, text: string): boolean {
    const listened = this.#channels.get(channel);
    if (!this.#isUp || !listened) return false;
    const decoded = textOf(text);
    this.#news.send(() => {
      // What was said before the server's word that it is heard is left out.
      if (!listened.isHeard) return;
      for (const subscription of listened.subscriptions) subscription.message(decoded);
    }, this.#redis.surroundings.tripMillis());
    return true;
  }

  cutOff(until: number): void {
    this.#apartUntil = until;
    this.cut();
  }

  /** What is on its way is lost, or has been done without an answer. */
  cut(): void {
    if (!this.#isUp) return;
    this.#isUp = false;
    const asked = this.#asks.break();
    // In their order, and none after one that did not arrive.
    let arrives = true;
    for (const each of asked) {
      arrives &&= this.#redis.surroundings.outlivesCut();
      if (arrives) this.#done(each);
    }
    this.#news.break();
    for (const listened of this.#channels.values()) listened.isHeard = false;
    const unanswered = [...this.#answers.break(), ...asked];
    if (!this.#owner.isAlive) return;
    enter(this.#owner, () => {
      for (const { effect, reject } of unanswered) reject(failureOf(lost(SERVER, undefined), SERVER, effect));
    });
    if (!this.#closed) this.#comeBack();
  }

  #comeBack(): void {
    const { after, now } = this.#redis.surroundings;
    after(RECONNECT_MILLIS, 'redis reconnect', () =>
      enter(this.#owner, () => {
        if (this.#closed || this.#isUp) return;
        if (!this.#redis.isUp || now() < this.#apartUntil) return this.#comeBack();
        this.#isUp = true;
        for (const listener of this.#listeners) listener();
        for (const listened of this.#channels.values()) this.#listen(listened);
      }),
    );
  }

  #listen(listened: Listened): void {
    this.#news.send(() => {
      listened.isHeard = true;
      for (const subscription of listened.subscriptions) subscription.listening();
    }, this.#redis.surroundings.tripMillis());
  }

  #ask<R>(effect: Asked['effect'], run: () => Reply): Promise<R> {
    if (!this.#isUp || this.#closed) return Promise.reject(notSent(SERVER));
    return new Promise<Reply>((resolve, reject) => {
      this.#asks.send({ run, effect, resolve, reject }, this.#redis.surroundings.tripMillis());
    }) as Promise<R>;
  }

  #arrived(asked: Asked): void {
    this.#answers.send(this.#done(asked), this.#redis.surroundings.tripMillis());
  }

  #done(asked: Asked): Answered {
    try {
      return { ...asked, reply: decoded(asked.run()) };
    } catch (error) {
      return { ...asked, error };
    }
  }

  #answered({ reply, error, effect, resolve, reject }: Answered): void {
    enter(this.#owner, () => {
      if (error === undefined) resolve(reply as Reply);
      else reject(failureOf(error, SERVER, effect));
    });
  }
}

function enter(owner: Owner, act: () => void): void {
  if (!owner.isAlive) return;
  if (owner.enter) owner.enter(act);
  else act();
}

/** Of the process: it is silent once that is dead. */
function ownClockOf({ now, after }: Surroundings, owner: Owner): Clock {
  return {
    now,
    after(delayMillis, wake) {
      let isWanted = true;
      after(delayMillis, 'timer', () =>
        enter(owner, () => {
          if (isWanted) wake();
        }),
      );
      return () => {
        isWanted = false;
      };
    },
  };
}

function bytesOf(argument: Argument): string {
  return (typeof argument === 'string' ? Buffer.from(argument) : argument).toString('latin1');
}

function textOf(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString();
}

function decoded(reply: Reply): Reply {
  if (typeof reply === 'string') return textOf(reply);
  return Array.isArray(reply) ? reply.map(decoded) : reply;
}
