import { ErrorReply } from '@redis/client';
import { Unavailable } from '../../core/unavailable.ts';
import { LANES, type Lane } from '../../request-queue/policy.ts';
import type { SeatRequest } from '../../request-queue/request.ts';
import type { RedisConnection } from './connection/connection.ts';
import { luaScript } from './scripts.ts';

export const GROUP = 'ticketing-workers';
/** Of each lane. */
const READ_AT_ONCE = 1_000;
const TOLD_AT_ONCE = 1_000;
const ASIDE_KEPT = 10_000;
const EMPTY_KEPT_MILLIS = 24 * 60 * 60_000;
const TEXT_MAX = 1_000;
const ULID = /^[0-9A-HJKMNP-TV-Z]{26}$/;

/** Entries that were read: the requests, and what is none. */
export interface ReadEntries {
  requests: { lane: Lane; entry: string }[];
  strange: { lane: Lane; entry: string; reason: string; text: string }[];
}

/** What came of a turn: another node serves the event; or it was given up, with or without entries of others in it. */
export type QueueTurn = 'BUSY' | 'EMPTY' | 'LEFT' | ReadEntries;

export interface RequestLanesNeeds {
  connection: Pick<RedisConnection, 'runScript' | 'read' | 'isCluster'>;
  /** This node: the consumer of the group. */
  node: string;
  /** A node that is silent for so long is replaced. */
  termMillis: number;
}

type RawTurn = [word: string, ...lanes: [entry: string, fields: string[] | null][][]];

/** One event's lanes: a stream each, whose entries are the requests that are not over. */
export class RequestLanes {
  readonly #needs: RequestLanesNeeds;
  readonly #lanes: readonly [high: string, normal: string, low: string];
  readonly #told: string;
  readonly #server: string;
  readonly #aside: string;
  readonly #scripts = {
    tell: luaScript('queue-tell'),
    ended: luaScript('queue-ended'),
    turn: luaScript('queue-turn'),
    renew: luaScript('lock-renew'),
    release: luaScript('locks-release'),
  };

  constructor(eventId: number, needs: RequestLanesNeeds) {
    this.#needs = needs;
    // On a cluster the braces keep the keys of one event together.
    const queue = `ticketing:queue:${needs.connection.isCluster ? `{${eventId}}` : eventId}`;
    this.#lanes = [`${queue}:high`, `${queue}:normal`, `${queue}:low`];
    this.#told = `${queue}:told`;
    this.#server = `${queue}:worker`;
    this.#aside = `${queue}:dead`;
  }

  /** Says whether a node serves the event now: that one will find them. */
  async tell(requests: readonly Pick<SeatRequest, 'requestId' | 'lane'>[]): Promise<boolean> {
    let isServed = true;
    for (let first = 0; first < requests.length; first += TOLD_AT_ONCE) {
      const some = requests.slice(first, first + TOLD_AT_ONCE);
      const args = some.flatMap(({ lane, requestId }) => [String(LANES.indexOf(lane) + 1), requestId]);
      const keys = [...this.#lanes, this.#told, this.#server];
      isServed = (await this.#run(this.#scripts.tell, keys, args)) === 1;
    }
    return isServed;
  }

  async ended(requestIds: readonly string[]): Promise<void> {
    for (let first = 0; first < requestIds.length; first += TOLD_AT_ONCE) {
      const some = requestIds.slice(first, first + TOLD_AT_ONCE);
      await this.#run(this.#scripts.ended, [...this.#lanes, this.#told], [GROUP, ...some]);
    }
  }

  /** Removes what is done, puts aside what is strange, and reads what is next. */
  async turn(which: 'first' | 'last', { requests, strange }: ReadEntries): Promise<QueueTurn> {
    const { node, termMillis } = this.#needs;
    const done = LANES.flatMap((lane) => {
      const entries = requests.filter((each) => each.lane === lane).map(({ entry }) => entry);
      return [String(entries.length), ...entries];
    });
    const aside = strange.flatMap(({ lane, entry, reason, text }) => [
      String(LANES.indexOf(lane) + 1),
      ...[entry, reason, text],
    ]);
    const limits = [termMillis, READ_AT_ONCE, ASIDE_KEPT, EMPTY_KEPT_MILLIS].map(String);
    const keys = [...this.#lanes, this.#told, this.#server, this.#aside];
    const args = [GROUP, node, ...limits, which, ...done, ...aside];
    const [word, ...lanes] = await this.#run<RawTurn>(this.#scripts.turn, keys, args);
    return word === 'READ' ? entriesOf(lanes) : (word as 'BUSY' | 'EMPTY' | 'LEFT');
  }

  async hasAny(): Promise<boolean> {
    for (const lane of this.#lanes)
      if ((await asWeLeftIt(this.#needs.connection.read<number>(lane, ['XLEN', lane]))) > 0) return true;
    return false;
  }

  /** False when another node may serve the event by now. */
  async renew(): Promise<boolean> {
    const { node, termMillis } = this.#needs;
    return (await this.#run(this.#scripts.renew, [this.#server], [node, String(termMillis)])) === 1;
  }

  /** Leaves the event, with whatever waits, to other nodes. */
  async release(): Promise<void> {
    await this.#run(this.#scripts.release, [this.#server], [this.#needs.node]);
  }

  #run<R = number>(script: ReturnType<typeof luaScript>, keys: string[], args: string[]): Promise<R> {
    return asWeLeftIt(this.#needs.connection.runScript<R>(script, keys, args));
  }
}

/** Somebody may have written what he liked under our names: that is trouble for the queue, and no reason to fall. */
export async function asWeLeftIt<R>(asked: Promise<R>): Promise<R> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof ErrorReply)) throw error;
    throw new Unavailable(`the keys of a queue in Redis are not as we left them: ${error.message}`, {
      cause: error,
    });
  }
}

function entriesOf(lanes: RawTurn[1][]): ReadEntries {
  const read: ReadEntries = { requests: [], strange: [] };
  for (const [index, entries] of lanes.entries()) {
    const lane = LANES[index] as Lane;
    for (const [entry, fields] of entries) {
      const at = (fields ?? []).indexOf('request_id');
      if (at % 2 === 0 && ULID.test(fields?.[at + 1] ?? '')) read.requests.push({ lane, entry });
      else {
        const text = JSON.stringify(fields).slice(0, TEXT_MAX);
        read.strange.push({ lane, entry, reason: 'it names no request', text });
      }
    }
  }
  return read;
}
