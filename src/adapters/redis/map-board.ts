import { every } from '../../core/every.ts';
import type { Random } from '../../core/random.ts';
import { onlyUnavailable } from '../../core/unavailable.ts';
import type {
  BoardListener,
  MapBoard,
  NextVersion,
  Patch,
  PublishedMap,
} from '../../realtime/ports/map-board.ts';
import type { RedisConnection } from './connection/connection.ts';
import { untilListening } from './connection/first-listening.ts';
import { luaScript } from './scripts.ts';

/** A node's count of watchers holds for so long, and is said again in time. */
const COUNT_HOLDS_MILLIS = 15_000;
const COUNT_AGAIN_MILLIS = 5_000;
const NODE_BYTES = 8;

/** Of one event: all of them in its slot. */
function keysOf(eventId: number, name: string) {
  const event = `ticketing:{${eventId}}`;
  return {
    point: `${event}:${name}:point`,
    letters: `${event}:${name}:letters`,
    watching: `${event}:${name}:watching`,
    patches: name === 'map' ? `${event}:patches` : `${event}:${name}:patches`,
  };
}

/** The maps in Redis: their point in a hash, their letters in a string, what is told on a channel of the event. */
export function redisMapBoard(needs: BoardNeeds): MapBoard & { close(): void } {
  return new RedisMapBoard(needs);
}

interface BoardNeeds {
  connection: RedisConnection;
  random: Random;
  /** Tells it from other boards of the same events; `map`, unless it is said. */
  name?: string;
}

class RedisMapBoard implements MapBoard {
  readonly #connection: RedisConnection;
  readonly #node: string;
  readonly #name: string;
  readonly #scripts = {
    read: luaScript('map-read'),
    begin: luaScript('map-begin'),
    publish: luaScript('map-publish'),
    watching: luaScript('map-watching'),
  };
  /** Of the events that somebody watches here. */
  readonly #counts = new Map<number, number>();
  readonly #stopCounting: () => void;

  constructor({ connection, random, name = 'map' }: BoardNeeds) {
    this.#connection = connection;
    this.#name = name;
    this.#node = random.hex(NODE_BYTES);
    this.#stopCounting = every(connection.ownClock, COUNT_AGAIN_MILLIS, async () => this.#countAgain());
  }

  close(): void {
    this.#stopCounting();
  }

  follow(eventId: number, listener: BoardListener): Promise<() => void> {
    return untilListening(this.#connection, keysOf(eventId, this.#name).patches, {
      message: (text) => tell(listener, text),
      missed: () => listener.missed(),
    });
  }

  async read(eventId: number): Promise<PublishedMap | undefined> {
    const { point, letters } = keysOf(eventId, this.#name);
    const [epoch, version, statuses] = await this.#connection.runScript<string[]>(
      this.#scripts.read,
      [point, letters],
      [],
    );
    if (epoch === undefined || version === undefined || statuses === undefined) return undefined;
    return {
      epoch: Number(epoch),
      version: Number(version),
      statuses: Uint8Array.from(Buffer.from(statuses, 'latin1')),
    };
  }

  async begin(eventId: number, { epoch, version, statuses }: PublishedMap): Promise<void> {
    const { point, letters, patches } = keysOf(eventId, this.#name);
    const text = Buffer.from(statuses).toString('latin1');
    await this.#connection.runScript(
      this.#scripts.begin,
      [point, letters],
      [`${epoch}`, `${version}`, text, patches],
    );
  }

  async publish(eventId: number, { patch, letters, fence }: NextVersion): Promise<boolean> {
    const keys = keysOf(eventId, this.#name);
    const { epoch, from, version } = patch;
    const changes = letters.flatMap(([place, letter]) => [`${place}`, String.fromCharCode(letter)]);
    const head = [`${fence}`, `${epoch}`, `${from}`, `${version}`, keys.patches, JSON.stringify(patch)];
    const done = await this.#connection.runScript<number>(
      this.#scripts.publish,
      [keys.point, keys.letters],
      [...head, ...changes],
    );
    return done === 1;
  }

  async watching(eventId: number, watchers: number): Promise<void> {
    if (watchers > 0) this.#counts.set(eventId, watchers);
    else this.#counts.delete(eventId);
    await this.#count(eventId, watchers, '1');
  }

  async #count(eventId: number, watchers: number, tell: '0' | '1'): Promise<void> {
    const { watching, patches } = keysOf(eventId, this.#name);
    await this.#connection.runScript(
      this.#scripts.watching,
      [watching],
      [this.#node, `${watchers}`, `${COUNT_HOLDS_MILLIS}`, patches, tell],
    );
  }

  #countAgain(): void {
    for (const [eventId, watchers] of this.#counts) {
      this.#count(eventId, watchers, '0').catch(onlyUnavailable);
    }
  }
}

/** p: a patch as JSON. r: the point of a beginning. w: how many watch. */
function tell(listener: BoardListener, text: string): void {
  const body = text.slice(1);
  if (text[0] === 'p') listener.patched(JSON.parse(body) as Patch);
  else if (text[0] === 'w') listener.presence(Number(body));
  else if (text[0] === 'r') {
    const [epoch, version] = body.split('.', 2);
    listener.restarted({ epoch: Number(epoch), version: Number(version) });
  }
}
