import { isIP } from 'node:net';
import { createClient, ErrorReply } from '@redis/client';
import { lost, notSent, SILENT } from './failures.ts';
import { type Address, nameOf, type RedisAccess, type RedisLimits } from './options.ts';

/** What goes to a server and what comes back: replies of RESP 2, so strings, numbers, null and lists of them. */
export type Argument = string | Buffer;
type Send = <R>(args: readonly Argument[]) => Promise<R>;

export interface LinkOptions {
  address: Address;
  access: RedisAccess;
  limits: RedisLimits;
  /** 3 for a link that listens. */
  protocol: 2 | 3;
  /** Asked on each new connection, before anything else is sent on it. Throws when the server will not do. */
  greet(send: Send): Promise<string>;
  /** Asked each second. Both return who answered: another answer than before means another history of the data. */
  beat(send: Send): Promise<string>;
  /** The server can be asked: for the first time, again, or it is no longer who it was. */
  onUp?(link: Link): void;
  onDown?(link: Link): void;
}

type Client = ReturnType<typeof newClient>;

const TICK_MILLIS = 250;
const TICKS_PER_BEAT = 4;
const FIRST_RETRY_MILLIS = 50;
const RETRY_MILLIS_MAX = 1_000;

/**
 * One connection to one server, made anew for ever until it is closed. Nothing waits for it: what is sent while it is
 * down is refused at once. Each connection is a client of its own, so that no command ever moves to the next one.
 */
export class Link {
  readonly name: string;
  readonly address: Address;
  /** Why it is down. */
  failure: unknown;
  readonly #options: LinkOptions;
  #client: Client | undefined;
  #connecting: Client | undefined;
  #identity = '';
  #closed = false;
  #failures = 0;
  #retry: NodeJS.Timeout | undefined;
  #ticking: NodeJS.Timeout | undefined;
  #ticks = 0;
  /** Commands without an answer, the oldest first. */
  readonly #waiting = new Set<{ since: number }>();
  /** Channels whose end the server has not confirmed: the client would forget whoever listens to one meanwhile. */
  readonly #muting = new Map<string, Promise<unknown>>();
  /** Scripts on their way to the server's cache, by digest. */
  readonly #loading = new Map<string, Promise<unknown>>();

  constructor(options: LinkOptions) {
    this.#options = options;
    this.address = options.address;
    this.name = nameOf(options.address);
    void this.#connect();
  }

  get isUp(): boolean {
    return this.#client !== undefined;
  }

  /** Who answers, as `greet` found it; empty while down. */
  get identity(): string {
    return this.#client ? this.#identity : '';
  }

  /** Throws ErrorReply for what the server refuses, Unavailable for what it cannot be asked. */
  send<R>(args: readonly Argument[]): Promise<R> {
    const client = this.#client;
    if (!client) return Promise.reject(notSent(this.name, this.failure));
    if (this.#waiting.size >= this.#options.limits.waitingMax) {
      return Promise.reject(notSent(this.name, new Error('too many commands wait for it')));
    }
    return this.#sendOn(client, args);
  }

  /** EVALSHA; a script that the server does not have is brought to it first, once for all who wait. */
  async evaluate<R>(
    script: { sha: string; source: string },
    args: readonly Argument[],
    before: readonly Argument[][] = [],
  ): Promise<R> {
    const run = () => {
      for (const each of before) this.send(each).catch(() => undefined);
      return this.send<R>(['EVALSHA', script.sha, ...args]);
    };
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof ErrorReply) || !error.message.startsWith('NOSCRIPT')) throw error;
      await this.#load(script);
      return run();
    }
  }

  /** Hears a sharded channel on the present connection; a new connection hears nothing until asked again. */
  async listen(channel: string, hear: (text: string) => void): Promise<void> {
    const client = this.#client;
    await this.#muting.get(channel);
    if (!client || client !== this.#client) throw notSent(this.name, this.failure);
    await client.sSubscribe(channel, hear);
  }

  async mute(channel: string): Promise<void> {
    const muted = this.#client?.sUnsubscribe(channel).catch(() => undefined);
    if (!muted) return;
    this.#muting.set(channel, muted);
    await muted;
    if (this.#muting.get(channel) === muted) this.#muting.delete(channel);
  }

  /** Ends the present connection and makes another. */
  drop(cause: unknown): void {
    const client = this.#client;
    if (!client) return;
    this.#down(cause);
    destroy(client);
    this.#connectLater();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    for (const client of [this.#client, this.#connecting]) if (client) destroy(client);
    this.#down(new Error('closed'));
  }

  async #connect(): Promise<void> {
    const { access, limits, protocol, greet, onUp } = this.#options;
    const client = newClient(this.address, access, { limits, protocol });
    this.#connecting = client;
    client.on('error', () => undefined);
    client.on('terminated', (cause) => {
      if (this.#client !== client) return;
      this.#down(cause);
      this.#connectLater();
    });
    let isSilent = false;
    const tooLate = setTimeout(() => {
      isSilent = true;
      destroy(client);
    }, limits.connectMillis);
    try {
      await client.connect();
      const identity = await greet((args) => client.sendCommand(args as Argument[]));
      if (this.#closed) return destroy(client);
      this.#client = client;
      this.#identity = identity;
      this.#failures = 0;
      this.failure = undefined;
      this.#ticking = setInterval(() => this.#tick(client), TICK_MILLIS);
      onUp?.(this);
    } catch (error) {
      destroy(client);
      this.failure = isSilent ? new Error(SILENT) : error;
      this.#connectLater();
    } finally {
      clearTimeout(tooLate);
      if (this.#connecting === client) this.#connecting = undefined;
    }
  }

  async #sendOn<R>(client: Client, args: readonly Argument[]): Promise<R> {
    const waiting = { since: performance.now() };
    this.#waiting.add(waiting);
    try {
      return (await client.sendCommand(args as Argument[])) as R;
    } catch (error) {
      throw error instanceof ErrorReply ? error : lost(this.name, error);
    } finally {
      this.#waiting.delete(waiting);
    }
  }

  #load({ sha, source }: { sha: string; source: string }): Promise<unknown> {
    let loading = this.#loading.get(sha);
    if (!loading) {
      loading = this.send(['SCRIPT', 'LOAD', source]).finally(() => this.#loading.delete(sha));
      this.#loading.set(sha, loading);
    }
    return loading;
  }

  #tick(client: Client): void {
    if (this.#client !== client) return;
    const [oldest] = this.#waiting;
    if (oldest && performance.now() - oldest.since > this.#options.limits.commandMillis) {
      this.drop(new Error('it does not answer in time'));
    } else if (++this.#ticks % TICKS_PER_BEAT === 0) void this.#beat(client);
  }

  async #beat(client: Client): Promise<void> {
    try {
      const identity = await this.#options.beat((args) => this.#sendOn(client, args));
      if (this.#client !== client || identity === this.#identity) return;
      this.#identity = identity;
      this.#options.onUp?.(this);
    } catch (error) {
      if (this.#client === client) this.drop(error);
    }
  }

  #down(cause: unknown): void {
    clearInterval(this.#ticking);
    this.failure = cause;
    const wasUp = this.#client !== undefined;
    this.#client = undefined;
    if (wasUp) this.#options.onDown?.(this);
  }

  #connectLater(): void {
    if (this.#closed) return;
    const most = Math.min(RETRY_MILLIS_MAX, FIRST_RETRY_MILLIS * 2 ** this.#failures++);
    this.#retry = setTimeout(() => void this.#connect(), most * (0.5 + Math.random() / 2));
  }
}

function newClient(
  { host, port }: Address,
  { username, password, database, tls }: RedisAccess,
  { limits, protocol }: Pick<LinkOptions, 'limits' | 'protocol'>,
) {
  const reconnectStrategy = false as const;
  const plain = { host, port, reconnectStrategy, connectTimeout: limits.connectMillis };
  // An address is no name to ask for; the certificate is held against it all the same.
  const servername = tls?.serverName ?? (isIP(host) === 0 ? host : undefined);
  const secured = tls && {
    ...plain,
    tls: true as const,
    ...(servername !== undefined && { servername }),
    ...(tls.ca !== undefined && { ca: tls.ca }),
    ...(tls.anyCertificate === 'accepted' && { rejectUnauthorized: false }),
  };
  return createClient({
    RESP: protocol,
    disableOfflineQueue: true,
    maintNotifications: 'disabled' as const,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(database !== undefined && { database }),
    clientInfoTag: 'onrush',
    socket: secured ?? plain,
    // Ours is one timer per link; the client's is one per command, and covers only what is not yet written.
    commandOptions: { timeout: 0 },
  });
}

function destroy(client: Client): void {
  try {
    client.destroy();
  } catch {
    // It had ended by itself.
  }
}
