import { type Clock, HOUR, type Millis, pause, SECOND } from '../../../core/clock.ts';
import type { Lease } from '../../../core/leases.ts';
import type { DeadLetters, Message } from '../../../core/message.ts';
import { onlyUnavailable, Unavailable } from '../../../core/unavailable.ts';
import type { RedisConnection } from '../connection/connection.ts';
import type { BusKeys } from './keys.ts';
import type { Entry, StreamGroup } from './stream-group.ts';

export interface StreamReading {
  connection: RedisConnection;
  keys: BusKeys;
  clock: Clock;
  consumer: string;
  group: StreamGroup;
  take: (message: Message) => Promise<void>;
  deadLetters: DeadLetters;
  atOnce: number;
  silentMillis: Millis;
  /** Who holds it reads for a consumer that needs order; undefined for one that does not. */
  lease: Lease | undefined;
}

/** Looks again without being told, should news be lost. */
const LOOK_EVERY: Millis = SECOND;
const RETRY: Millis = SECOND / 2;
const READ_AT_ONCE = 100;
/** Of a member that has nothing open; it comes back by itself when it reads again. */
const FORGOTTEN_AFTER: Millis = HOUR;
/** Handed over so often, and never acknowledged nor refused: it ends the process that has it. */
const DELIVERIES_MAX = 20;

/** One node's part in a consumer: reads what is new and what dead members left behind, and acknowledges after the effect. */
export class StreamReader {
  readonly #reading: StreamReading;
  readonly #begun = new Map<string, Promise<void>>();
  readonly #stopListening: () => void;
  readonly #ended: Promise<void>;
  #isClosed = false;
  #hasNews = false;
  #wake: () => void = () => undefined;
  #claimedAt = -Infinity;
  #forgotAt: Millis;

  constructor(reading: StreamReading) {
    this.#reading = reading;
    this.#forgotAt = reading.clock.now();
    const hear = () => this.#hear();
    this.#stopListening = reading.connection.subscribe(reading.keys.channel, {
      message: hear,
      listening: hear,
    });
    reading.lease?.whenHad(hear);
    this.#ended = this.#run();
  }

  /** Reads no more; resolves when what was begun has ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopListening();
    this.#hear();
    await this.#ended;
    await this.#reading.lease?.release();
  }

  #hear(): void {
    this.#hasNews = true;
    this.#wake();
  }

  async #run(): Promise<void> {
    const { clock, group } = this.#reading;
    while (!this.#isClosed) {
      try {
        this.#hasNews = false;
        if (!this.#mayRead || !(await this.#readSome())) await this.#news();
        await this.#forgetSilent();
      } catch (error) {
        onlyUnavailable(error);
        await pause(clock, RETRY);
      }
    }
    await Promise.all(this.#begun.values());
    await group.leave().catch(onlyUnavailable);
  }

  get #mayRead(): boolean {
    const { lease } = this.#reading;
    return !this.#isClosed && (!lease || lease.fence() !== undefined);
  }

  /** Returns whether there was something. */
  async #readSome(): Promise<boolean> {
    const { group, atOnce, lease } = this.#reading;
    const room = lease ? READ_AT_ONCE : atOnce - this.#begun.size;
    if (room <= 0) {
      await Promise.race(this.#begun.values());
      return true;
    }
    const left = await this.#leftBehind(room);
    const entries = left.length > 0 ? left : await group.fresh(Math.min(room, READ_AT_ONCE));
    if (lease) await this.#dealInOrder(entries);
    else for (const entry of entries) this.#begin(entry);
    return entries.length > 0;
  }

  /** What is not dealt with any more is left to the next holder. */
  async #dealInOrder(entries: readonly Entry[]): Promise<void> {
    const ended: string[] = [];
    try {
      for (const entry of entries) {
        if (!this.#mayRead) return;
        await this.#deal(entry);
        ended.push(entry.id);
      }
    } finally {
      await this.#reading.group.acknowledge(ended);
    }
  }

  /**
   * Who holds the lease is alone, so all that was begun and not ended comes first. Elsewhere a member is alive as long
   * as it shows what it works on.
   */
  async #leftBehind(room: number): Promise<Entry[]> {
    const { group, lease, clock, silentMillis } = this.#reading;
    if (lease) return this.#bury(await group.leftBehind(0, room));
    const now = clock.now();
    if (now - this.#claimedAt < silentMillis / 3) return [];
    this.#claimedAt = now;
    await group.stillHas([...this.#begun.keys()]);
    const found = await group.leftBehind(silentMillis, room);
    return this.#bury(found.filter(({ id }) => !this.#begun.has(id)));
  }

  /** Leaves out what is never acknowledged, whoever has it. */
  async #bury(entries: readonly Entry[]): Promise<Entry[]> {
    const { group } = this.#reading;
    const living: Entry[] = [];
    for (const entry of entries) {
      const deliveries = await group.deliveries(entry.id);
      if (deliveries <= DELIVERIES_MAX) living.push(entry);
      else {
        await this.#letter(entry, 'whoever has it ends before it is dealt with', deliveries);
        await group.acknowledge([entry.id]);
      }
    }
    return living;
  }

  #begin(entry: Entry): void {
    const begun = this.#deal(entry)
      .then(() => this.#reading.group.acknowledge([entry.id]))
      .catch((error: unknown) => {
        // It stays unacknowledged, and is read again as left behind.
        onlyUnavailable(error);
      })
      .finally(() => this.#begun.delete(entry.id));
    this.#begun.set(entry.id, begun);
  }

  async #deal(entry: Entry): Promise<void> {
    const { clock } = this.#reading;
    for (;;) {
      try {
        return await this.#take(entry);
      } catch (error) {
        if (!(error instanceof Unavailable) || this.#isClosed) throw error;
        await pause(clock, RETRY);
        if (!this.#mayRead) throw error;
      }
    }
  }

  async #take(entry: Entry): Promise<void> {
    const { take } = this.#reading;
    if (entry.message) await take(entry.message);
    else await this.#letter(entry, 'it is none of ours, or broken', 1);
  }

  async #letter({ id, message, text }: Entry, reason: string, attempts: number): Promise<void> {
    const { clock, consumer, deadLetters, keys } = this.#reading;
    const { topic } = keys;
    const at = clock.now();
    const shown = message ?? { messageId: `${topic} ${id}`, topic, key: '', body: text, at };
    await deadLetters.put({ consumer, message: shown, reason, attempts, at });
  }

  async #forgetSilent(): Promise<void> {
    const { clock, group } = this.#reading;
    if (clock.now() - this.#forgotAt < FORGOTTEN_AFTER) return;
    this.#forgotAt = clock.now();
    await group.forgetSilent(FORGOTTEN_AFTER);
  }

  /** Until there may be something to do. */
  async #news(): Promise<void> {
    if (this.#hasNews || this.#isClosed) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#reading.clock.after(LOOK_EVERY, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
    this.#wake = () => undefined;
  }
}
