import { type Clock, type Millis, pause, SECOND } from '../../core/clock.ts';
import { every } from '../../core/every.ts';
import type { Random } from '../../core/random.ts';
import { onlyUnavailable, Unavailable } from '../../core/unavailable.ts';
import type { RequestDelivery, Work } from '../../request-queue/ports/request-delivery.ts';
import type { SeatRequest } from '../../request-queue/request.ts';
import type { RedisConnection } from './connection/connection.ts';
import { asWeLeftIt, type ReadEntries, RequestLanes } from './request-lanes.ts';

/** Events in whose lanes something may be. */
const EVENTS = 'ticketing:{queues}:events';
/** Where it is told that something came into the lanes of an event that nobody serves. */
const BELL = 'ticketing:{queues}:bell';
/** Bells may be lost, and nodes may die: each node looks by itself. */
const LOOK_EVERY: Millis = SECOND;
/** How long work that a failure put off waits. */
const PAUSE: Millis = 100;
const RENEWALS_PER_TERM = 4;
const EVENTS_AT_ONCE = 1_000;
const NODE_BYTES = 8;

export interface RedisRequestDeliveryNeeds {
  connection: RedisConnection;
  clock: Clock;
  random: Random;
  /**
   * A node that is silent for so long is replaced, and what it had read is read again. A node that works says so all the
   * time, so this need not be as long as the longest work.
   */
  termMillis: Millis;
}

/**
 * Redis Streams: a stream for each lane of an event, read by the group `ticketing-workers`. An entry leaves its stream
 * when its request is over. Nothing blocks a connection: nodes hear of work on a channel, and one of them, which has the
 * event's key, reads and works.
 */
export function redisRequestDelivery(
  needs: RedisRequestDeliveryNeeds,
): RequestDelivery & { close(): Promise<void> } {
  return new RedisRequestDelivery(needs);
}

/** Requests that were told of, or have ended, in one turn. */
interface Batch {
  requests: SeatRequest[];
  done: Promise<void>;
}

class RedisRequestDelivery implements RequestDelivery {
  readonly backend = 'redis';
  readonly #needs: RedisRequestDeliveryNeeds;
  readonly #node: string;
  readonly #workers: Work[] = [];
  readonly #telling = new Map<number, Batch>();
  readonly #ending = new Map<number, Batch>();
  readonly #serving = new Map<number, Promise<void>>();
  /** Told of while it was served here: it is looked at once more. */
  readonly #again = new Set<number>();
  #turn = 0;
  #stopListening: (() => void) | undefined;

  constructor(needs: RedisRequestDeliveryNeeds) {
    this.#needs = needs;
    this.#node = needs.random.hex(NODE_BYTES);
  }

  async tell(requests: readonly SeatRequest[]): Promise<void> {
    const tellOf = (eventId: number, some: readonly SeatRequest[]) =>
      batched(this.#telling, eventId, some, (all) => this.#tell(eventId, all));
    const [only] = requests;
    // Each that is accepted is told of by itself.
    if (only && requests.length === 1) await tellOf(only.eventId, requests);
    else await Promise.all([...byEvent(requests)].map(([eventId, some]) => tellOf(eventId, some)));
  }

  ended(requests: readonly SeatRequest[]): void {
    for (const [eventId, some] of byEvent(requests)) {
      const ended = batched(this.#ending, eventId, some, (all) =>
        this.#lanes(eventId).ended(all.map(({ requestId }) => requestId)),
      );
      // What is lost of it is removed when nobody waits any more.
      ended.catch(onlyUnavailable);
    }
  }

  consume(work: Work): () => Promise<void> {
    this.#workers.push(work);
    this.#stopListening ??= this.#listen();
    void this.#look().catch(onlyUnavailable);
    return async () => {
      const at = this.#workers.indexOf(work);
      if (at >= 0) this.#workers.splice(at, 1);
      if (this.#workers.length === 0) await this.close();
    };
  }

  async close(): Promise<void> {
    this.#workers.length = 0;
    this.#stopListening?.();
    this.#stopListening = undefined;
    await Promise.all(this.#serving.values());
  }

  async check(): Promise<void> {
    const health = this.#needs.connection.health();
    if (!health.up) throw new Unavailable(health.reason);
    await this.#needs.connection.read(EVENTS, ['EXISTS', EVENTS]);
  }

  async #tell(eventId: number, requests: readonly SeatRequest[]): Promise<void> {
    if (!(await this.#lanes(eventId).tell(requests))) await this.#ring(eventId);
  }

  async #ring(eventId: number): Promise<void> {
    const { connection } = this.#needs;
    await asWeLeftIt(connection.write(EVENTS, ['SADD', EVENTS, String(eventId)]));
    await connection.publish(BELL, String(eventId));
  }

  #listen(): () => void {
    const look = () => void this.#look().catch(onlyUnavailable);
    const endBell = this.#needs.connection.subscribe(BELL, {
      message: (text) => this.#start(Number(text)),
      listening: look,
    });
    const endLooking = every(this.#needs.clock, LOOK_EVERY, () => this.#look());
    return () => {
      endBell();
      endLooking();
    };
  }

  async #look(): Promise<void> {
    const { connection } = this.#needs;
    const command = ['SRANDMEMBER', EVENTS, String(EVENTS_AT_ONCE)];
    const eventIds = await asWeLeftIt(connection.read<string[]>(EVENTS, command));
    for (const eventId of eventIds) this.#start(Number(eventId));
  }

  #start(eventId: number): void {
    // Who may ring the bell may ring it as he likes.
    if (this.#workers.length === 0 || !Number.isSafeInteger(eventId) || eventId < 1) return;
    if (this.#serving.has(eventId)) {
      this.#again.add(eventId);
      return;
    }
    const work = this.#workers[this.#turn++ % this.#workers.length] as Work;
    const serving = this.#serve(eventId, work)
      .catch(onlyUnavailable)
      .finally(() => {
        this.#serving.delete(eventId);
        if (this.#again.delete(eventId)) this.#start(eventId);
      });
    this.#serving.set(eventId, serving);
  }

  /** Until nothing is left, another node serves the event, or the worker is let go. */
  async #serve(eventId: number, work: Work): Promise<void> {
    const lanes = this.#lanes(eventId);
    const first = await lanes.turn('first', { requests: [], strange: [] });
    if (typeof first === 'string') return;
    const server = { isOurs: true };
    const stopRenewing = every(this.#needs.clock, this.#needs.termMillis / RENEWALS_PER_TERM, async () => {
      server.isOurs = await lanes.renew();
    });
    try {
      await this.#workOff({ eventId, lanes, work, server }, first);
    } finally {
      stopRenewing();
      await lanes.release();
    }
  }

  async #workOff(
    at: { eventId: number; lanes: RequestLanes; work: Work; server: { isOurs: boolean } },
    first: ReadEntries,
  ): Promise<void> {
    const { eventId, lanes, work, server } = at;
    let read = first;
    while (this.#workers.includes(work) && server.isOurs) {
      this.#again.delete(eventId);
      const left = await work(eventId);
      if (left === 'later') await pause(this.#needs.clock, PAUSE);
      if (left !== 'nothing') continue;
      const next = await lanes.turn('last', read);
      if (next === 'EMPTY') await this.#forget(eventId);
      if (typeof next === 'string') return;
      read = next;
    }
  }

  /** Something may have come between the last look and the forgetting. */
  async #forget(eventId: number): Promise<void> {
    const { connection } = this.#needs;
    await asWeLeftIt(connection.write(EVENTS, ['SREM', EVENTS, String(eventId)]));
    if (await this.#lanes(eventId).hasAny()) await this.#ring(eventId);
  }

  #lanes(eventId: number): RequestLanes {
    const { connection, termMillis } = this.#needs;
    return new RequestLanes(eventId, { connection, termMillis, node: this.#node });
  }
}

/** What is asked of one event in one turn goes together. */
function batched(
  batches: Map<number, Batch>,
  eventId: number,
  requests: readonly SeatRequest[],
  send: (all: readonly SeatRequest[]) => Promise<void>,
): Promise<void> {
  const waiting = batches.get(eventId);
  if (waiting) {
    waiting.requests.push(...requests);
    return waiting.done;
  }
  const all = [...requests];
  const done = Promise.resolve().then(() => {
    batches.delete(eventId);
    return send(all);
  });
  batches.set(eventId, { requests: all, done });
  return done;
}

function byEvent(requests: readonly SeatRequest[]): Map<number, SeatRequest[]> {
  const events = new Map<number, SeatRequest[]>();
  for (const request of requests) {
    const others = events.get(request.eventId);
    if (others) others.push(request);
    else events.set(request.eventId, [request]);
  }
  return events;
}
