import { ErrorReply } from '@redis/client';
import { Stream } from './stream.ts';

/** What a command answers: RESP 2, with bytes as one character each. */
export type Reply = number | string | null | Reply[];

type Hash = Map<string, string>;
type Content = string | Hash | string[] | Map<string, number> | Set<string> | Stream;
type Kind = 'hash' | 'list' | 'scores' | 'set' | 'stream';

interface Entry {
  kind: 'text' | Kind;
  content: Content;
  endsAt: number | undefined;
}

const NO_END = undefined;
/** As Redis names them. */
const NAMES = {
  text: 'string',
  hash: 'hash',
  list: 'list',
  scores: 'zset',
  set: 'set',
  stream: 'stream',
} as const;

/** The data of one Redis server, and what the commands that we use do to them. It reads no clock: `now` is told. */
export class RedisMemory {
  readonly #entries = new Map<string, Entry>();
  now: number;

  constructor(now: number) {
    this.now = now;
  }

  text(key: string): string | undefined {
    return this.#find(key, 'text')?.content as string | undefined;
  }

  setText(key: string, text: string, { endsAt }: { endsAt?: number | undefined } = {}): void {
    this.#entries.set(key, { kind: 'text', content: text, endsAt });
  }

  /** As it stands, for a change of it: its end stays. */
  replaceText(key: string, text: string): void {
    this.setText(key, text, { endsAt: this.#find(key, 'text')?.endsAt });
  }

  hash(key: string): Hash {
    return this.#at(key, 'hash', () => new Map()) as Hash;
  }

  list(key: string): string[] {
    return this.#at(key, 'list', () => []) as string[];
  }

  scores(key: string): Map<string, number> {
    return this.#at(key, 'scores', () => new Map()) as Map<string, number>;
  }

  set(key: string): Set<string> {
    return this.#at(key, 'set', () => new Set()) as Set<string>;
  }

  stream(key: string): Stream {
    return this.#at(key, 'stream', () => new Stream()) as Stream;
  }

  /** Undefined when there is none: reading makes no stream. */
  knownStream(key: string): Stream | undefined {
    return this.#find(key, 'stream')?.content as Stream | undefined;
  }

  kindOf(key: string): string {
    const entry = this.#live(key);
    return entry ? NAMES[entry.kind] : 'none';
  }

  /** Takes the place of whatever has the other name. */
  rename(key: string, name: string): boolean {
    const entry = this.#live(key);
    if (!entry) return false;
    this.#entries.delete(key);
    this.#entries.set(name, entry);
    return true;
  }

  has(key: string): boolean {
    return this.#live(key) !== undefined;
  }

  /** Milliseconds that the key has left: -1 when it has no end, -2 when it is not there. */
  left(key: string): number {
    const entry = this.#live(key);
    return entry ? (entry.endsAt ?? this.now - 1) - this.now : -2;
  }

  delete(key: string): boolean {
    const had = this.has(key);
    this.#entries.delete(key);
    return had;
  }

  /** `at` undefined: it stays. */
  end(key: string, at: number | undefined): boolean {
    const entry = this.#live(key);
    if (entry) entry.endsAt = at;
    return entry !== undefined;
  }

  /** Redis keeps no empty hashes, lists and sets. */
  tidy(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry || entry.kind === 'text' || entry.kind === 'stream') return;
    const { content } = entry;
    if ((Array.isArray(content) ? content.length : (content as Hash).size) === 0) this.#entries.delete(key);
  }

  #at(key: string, kind: Kind, make: () => Content): Content {
    const found = this.#find(key, kind);
    if (found) return found.content;
    const entry = { kind, content: make(), endsAt: NO_END };
    this.#entries.set(key, entry);
    return entry.content;
  }

  #find(key: string, kind: Entry['kind']): Entry | undefined {
    const entry = this.#live(key);
    if (entry && entry.kind !== kind)
      throw new ErrorReply('WRONGTYPE Operation against a key holding the wrong kind of value');
    return entry;
  }

  #live(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry?.endsAt === undefined || entry.endsAt > this.now) return entry;
    this.#entries.delete(key);
    return undefined;
  }
}
