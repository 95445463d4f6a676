import { setTimeout as pause } from 'node:timers/promises';
import { ErrorReply } from '@redis/client';
import type { Clock } from '../../../core/clock.ts';
import { Unavailable } from '../../../core/unavailable.ts';
import type { Script } from '../scripts.ts';
import { clusterServers } from './cluster.ts';
import { type Effect, failureOf, notSent } from './failures.ts';
import { checkRights, refusedLogin, Unsuitable, unreached } from './greeting.ts';
import type { Argument, Link } from './link.ts';
import { REDIS_LIMITS, type RedisOptions } from './options.ts';
import { OWN_CLOCK } from './own-clock.ts';
import { sentinelServers } from './sentinel.ts';
import { type Servers, type ServersNeeds, singleServer } from './servers.ts';
import { Subscriber, type Subscription } from './subscriber.ts';
import { refusedTls } from './tls-trouble.ts';

const RETRIES_MAX = 5;
const RETRY_MILLIS = 50;
const LOOK_MILLIS = 20;

/**
 * One Redis, whatever its shape. Nothing is queued while it is away: a command is refused at once, with a definite
 * Unavailable. One that was sent and not answered is indefinite if it may have written. A reply that is an error of ours
 * (a wrong type, a mistake in a script) is thrown as it is.
 */
export interface RedisConnection {
  /** Whether keys are spread over servers, so that those of one script must share a slot. */
  readonly isCluster: boolean;
  /** This machine's own time: for how long to wait, never for a deadline that anybody else sees. */
  readonly ownClock: Clock;
  /** A command that changes nothing, at the server that has `key`; `key` itself is not added to it. */
  read<R>(key: string, command: readonly Argument[]): Promise<R>;
  /** A command that writes. */
  write<R>(key: string, command: readonly Argument[]): Promise<R>;
  /** One script, atomically, at the server of its keys: at least one, all of one slot. */
  runScript<R>(script: Script, keys: readonly string[], args: readonly Argument[]): Promise<R>;
  /** Listens to a sharded channel (SPUBLISH). The result ends it. */
  subscribe(channel: string, subscription: Subscription): () => void;
  /** Tells everybody who listens to a sharded channel; nobody hears it later. */
  publish(channel: string, text: string): Promise<void>;
  /**
   * Identity of the data's history (master_replid) at the server that has `key`, as of the latest heartbeat; undefined
   * while it is down. What must be sure compares in its script: `redis.call('INFO', 'replication')`.
   */
  replicationId(key: string): string | undefined;
  /**
   * Told that some server was connected to anew, before anything is sent there, or within a second that it is no longer
   * the same.
   */
  onChange(listener: () => void): () => void;
  /** Whether every server that has keys of ours answers; if not, why, for the operator. */
  health(): { up: true } | { up: false; reason: string };
  close(): void;
}

/** Connects and checks. Throws Unavailable with one sentence that names what to change. */
export async function redisConnection(options: RedisOptions): Promise<RedisConnection> {
  const limits = { ...REDIS_LIMITS, ...options.limits };
  const { servers: shape, limits: _limits, ...access } = options;
  const listeners = new Set<() => void>();
  const servers = serversOf(options, {
    access,
    limits,
    onChange: () => {
      for (const listener of listeners) listener();
    },
  });
  const subscriber = new Subscriber(servers, { access, limits });
  listeners.add(() => subscriber.settle());
  const connection = new Connected(servers, { subscriber, listeners, isCluster: shape.kind === 'cluster' });
  try {
    await untilUsable(servers, options, limits.connectMillis);
    await checkRights((script, keys, args) => connection.runScript(script, keys, args), access);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function serversOf({ servers }: RedisOptions, needs: ServersNeeds): Servers {
  if (servers.kind === 'single') return singleServer(servers.address, needs);
  if (servers.kind === 'sentinel') return sentinelServers(servers, needs);
  return clusterServers(servers.nodes, needs);
}

/** Waits for what time may mend; what only the operator can mend ends it at once. */
async function untilUsable(servers: Servers, options: RedisOptions, millis: number): Promise<void> {
  const until = performance.now() + millis;
  for (;;) {
    const trouble = servers.trouble();
    if (!trouble) return;
    const cause = refusedLogin(trouble.cause) ?? refusedTls(trouble.cause, trouble.at) ?? trouble.cause;
    if (cause instanceof Unsuitable || performance.now() > until) throw unreached(options, trouble.at, cause);
    await pause(LOOK_MILLIS);
  }
}

class Connected implements RedisConnection {
  readonly isCluster: boolean;
  readonly ownClock = OWN_CLOCK;
  readonly #servers: Servers;
  readonly #subscriber: Subscriber;
  readonly #listeners: Set<() => void>;

  constructor(
    servers: Servers,
    parts: { subscriber: Subscriber; listeners: Set<() => void>; isCluster: boolean },
  ) {
    this.isCluster = parts.isCluster;
    this.#servers = servers;
    this.#subscriber = parts.subscriber;
    this.#listeners = parts.listeners;
  }

  read<R>(key: string, command: readonly Argument[]): Promise<R> {
    return this.#ask(key, 'read', (link, before) => sendAfter<R>(link, before, command));
  }

  write<R>(key: string, command: readonly Argument[]): Promise<R> {
    return this.#ask(key, 'write', (link, before) => sendAfter<R>(link, before, command));
  }

  runScript<R>(script: Script, keys: readonly string[], args: readonly Argument[]): Promise<R> {
    const given = [String(keys.length), ...keys, ...args];
    return this.#ask(keys[0] as string, script.writes ? 'write' : 'read', (link, before) =>
      link.evaluate<R>(script, given, before),
    );
  }

  subscribe(channel: string, subscription: Subscription): () => void {
    return this.#subscriber.subscribe(channel, subscription);
  }

  async publish(channel: string, text: string): Promise<void> {
    await this.write(channel, ['SPUBLISH', channel, text]);
  }

  replicationId(key: string): string | undefined {
    return this.#servers.linkOf(key)?.identity || undefined;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  health(): { up: true } | { up: false; reason: string } {
    const trouble = this.#servers.trouble();
    if (!trouble) return { up: true };
    const { at, cause } = trouble;
    return { up: false, reason: cause instanceof Unsuitable ? cause.message : notSent(at, cause).message };
  }

  close(): void {
    this.#subscriber.close();
    this.#servers.close();
  }

  /** Follows a slot that moved. Only what was refused before it began is sent again. */
  async #ask<R>(
    key: string,
    effect: Effect,
    send: (link: Link, before: string[][]) => Promise<R>,
  ): Promise<R> {
    let place: { link: Link; before: string[][] } | undefined;
    for (let retries = 0; ; retries++) {
      const link = place?.link ?? this.#servers.linkOf(key);
      if (!link) throw new Unavailable(`no Redis server has the slot of ${key} now`);
      try {
        return await send(link, place?.before ?? []);
      } catch (error) {
        place = error instanceof ErrorReply ? this.#servers.refused(error.message, link) : place;
        const mayRetry = place && (error instanceof ErrorReply || !(error as Unavailable).indefinite);
        if (!mayRetry || retries >= RETRIES_MAX) throw failureOf(error, link.name, effect);
        if (place?.link === link || !place?.link.isUp) await pause(RETRY_MILLIS * (1 + retries));
      }
    }
  }
}

function sendAfter<R>(link: Link, before: string[][], command: readonly Argument[]): Promise<R> {
  for (const each of before) link.send(each).catch(() => undefined);
  return link.send<R>(command);
}
