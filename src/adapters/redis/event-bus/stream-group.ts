import { ErrorReply } from '@redis/client';
import type { Message } from '../../../core/message.ts';
import type { RedisConnection } from '../connection/connection.ts';
import { luaScript } from '../scripts.ts';
import type { BusKeys } from './keys.ts';

/** An entry of a stream; without a message when it is none of ours. */
export interface Entry {
  readonly id: string;
  readonly message: Message | undefined;
  /** As it stands there, for somebody to look at. */
  readonly text: string;
}

type Reply = [id: string, fields: string[] | null][];

/** A consumer group of a stream, as one of its members uses it. */
export class StreamGroup {
  readonly #connection: RedisConnection;
  readonly #keys: BusKeys;
  readonly #group: string;
  readonly #member: string;
  #isMade = false;
  readonly #ended: string[] = [];
  #acknowledging: Promise<unknown> | undefined;

  constructor(connection: RedisConnection, keys: BusKeys, names: { group: string; member: string }) {
    this.#connection = connection;
    this.#keys = keys;
    this.#group = names.group;
    this.#member = names.member;
  }

  /** Entries that nobody has had, oldest first. */
  async fresh(count: number): Promise<Entry[]> {
    const command = ['XREADGROUP', 'GROUP', this.#group, this.#member, 'COUNT', String(count)];
    const found = await this.#ask<[string, Reply][] | null>([...command, 'STREAMS', this.#keys.stream, '>']);
    return this.#entries(found?.[0]?.[1] ?? []);
  }

  /** Entries that a member has had for so long without being heard of, oldest first. They are this member's then. */
  async leftBehind(idleMillis: number, count: number): Promise<Entry[]> {
    const { stream } = this.#keys;
    const command = ['XAUTOCLAIM', stream, this.#group, this.#member, String(idleMillis), '0-0'];
    const found = await this.#ask<[string, Reply]>([...command, 'COUNT', String(count)]);
    return this.#entries(found[1]);
  }

  /** How often an entry has been handed to a member. */
  async deliveries(id: string): Promise<number> {
    const { stream } = this.#keys;
    const found = await this.#ask<[string, string, number, number][]>([
      ...['XPENDING', stream, this.#group, id, id, '1'],
    ]);
    return found[0]?.[3] ?? 0;
  }

  /** Those that end in one turn, with a commit that they shared, are acknowledged in one command. */
  async acknowledge(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    this.#ended.push(...ids);
    this.#acknowledging ??= Promise.resolve().then(() => {
      this.#acknowledging = undefined;
      return this.#ask(['XACK', this.#keys.stream, this.#group, ...this.#ended.splice(0)]);
    });
    await this.#acknowledging;
  }

  /** Shows that these are being worked on. */
  async stillHas(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const { stream } = this.#keys;
    await this.#ask(['XCLAIM', stream, this.#group, this.#member, '0', ...ids, 'JUSTID']);
  }

  /** Takes members off the list that ended without a word. */
  async forgetSilent(silentMillis: number): Promise<void> {
    const script = luaScript('bus-parted');
    if (this.#isMade)
      await this.#connection.runScript(script, [this.#keys.stream], [this.#group, String(silentMillis)]);
  }

  /** Takes this member off the list; what it has not acknowledged must have been claimed by others before. */
  async leave(): Promise<void> {
    const { stream } = this.#keys;
    const found = await this.#ask<[number]>(['XPENDING', stream, this.#group]);
    // Its open entries would go with it.
    if (found[0] === 0) await this.#ask(['XGROUP', 'DELCONSUMER', stream, this.#group, this.#member]);
  }

  async #ask<R>(command: readonly string[]): Promise<R> {
    const { stream } = this.#keys;
    if (!this.#isMade) await this.#make();
    try {
      return await this.#connection.write<R>(stream, command);
    } catch (error) {
      if (!(error instanceof ErrorReply) || !error.message.startsWith('NOGROUP')) throw error;
      // The server has lost its data.
      await this.#make();
      return this.#connection.write<R>(stream, command);
    }
  }

  /** From the beginning of the stream, for what is there no group before may have needed. */
  async #make(): Promise<void> {
    const { stream } = this.#keys;
    try {
      await this.#connection.write(stream, ['XGROUP', 'CREATE', stream, this.#group, '0', 'MKSTREAM']);
    } catch (error) {
      if (!(error instanceof ErrorReply) || !error.message.startsWith('BUSYGROUP')) throw error;
    }
    this.#isMade = true;
  }

  #entries(found: Reply): Entry[] {
    return found.flatMap(([id, fields]) => (fields ? [entryOf(this.#keys.topic, id, fields)] : []));
  }
}

const SHOWN_MAX = 10_000;

function entryOf(topic: string, id: string, fields: readonly string[]): Entry {
  const named: Record<string, string> = {};
  for (let at = 0; at + 1 < fields.length; at += 2) named[fields[at] as string] = fields[at + 1] as string;
  return { id, message: messageOf(topic, named), text: JSON.stringify(named).slice(0, SHOWN_MAX) };
}

function messageOf(
  topic: string,
  { id, key, body, at, trace }: Readonly<Record<string, string>>,
): Message | undefined {
  if (!id || key === undefined || body === undefined || !Number.isSafeInteger(Number(at))) return undefined;
  try {
    const headers = trace ? { headers: { traceparent: trace } } : {};
    return { messageId: id, topic, key, body: JSON.parse(body) as unknown, at: Number(at), ...headers };
  } catch {
    return undefined;
  }
}
