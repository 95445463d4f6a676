import { type Clock, pause } from '../../../core/clock.ts';
import { Conflict } from '../../../core/conflict.ts';
import { onlyUnavailable, Unavailable } from '../../../core/unavailable.ts';
import type { Hall } from '../../../reservation/hall.ts';
import type { Cursor, SharedSeatLedger } from '../../../reservation/ports/shared-seat-ledger.ts';
import { Entry, sequenceOf } from './entry.ts';
import type { EventKeys } from './keys.ts';
import { recordIn } from './record.ts';
import type { RunSeatScript } from './scripts.ts';

/** Entries in one commit. */
const ENTRIES_AT_ONCE = 1_000;
/** Who stops draining in the middle is taken for dead after this. */
const LEASE_MILLIS = 5_000;
const RETRY_MILLIS = 25;
const RETRY_AFTER_FAILURE_MILLIS = 100;
const PATIENCE_MILLIS = 5_000;
/** Own entries that wait for their batch. */
const REMEMBERED_MAX = 10_000;
const SALVAGE_TRIES = 20;

export interface DrainNeeds {
  run: RunSeatScript;
  ledger: Pick<SharedSeatLedger, 'follow' | 'cursor'>;
  /** This machine's own. */
  clock: Clock;
  /** This node, as Redis knows it. */
  node: string;
  hall(): Promise<Hall | undefined>;
  /** The ledger has gone on from a later load of the seats: this one is of the past. */
  overtaken(generation: number): void;
}

interface Waiting {
  /** Undefined: everything that is in the log now. */
  until: Cursor | undefined;
  done(error?: Unavailable): void;
}

/**
 * Writes what was decided in Redis to the ledger, in the order of the decisions, and takes it from the log only then: a
 * crash in between is seen by the ledger's cursor. The next batch goes when the last is committed, never on a timer.
 */
export class Drain {
  readonly #keys: EventKeys;
  readonly #needs: DrainNeeds;
  #running: Promise<void> | undefined;
  #isWanted = false;
  #cancelRetry: (() => void) | undefined;
  #waiting: Waiting[] = [];
  readonly #own = new Map<number, Entry>();
  /** Entries of the latest batch. */
  #given = 0;
  #reached: Cursor = { generation: 0, position: 0 };
  #isClosed = false;

  constructor(keys: EventKeys, needs: DrainNeeds) {
    this.#keys = keys;
    this.#needs = needs;
  }

  /** Of this node's own making. */
  remember(entry: Entry): void {
    if (this.#own.size >= REMEMBERED_MAX) this.#own.clear();
    this.#own.set(entry.sequence, entry);
  }

  /** Something is in the log. */
  kick(): void {
    if (this.#isClosed) return;
    this.#isWanted = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      if (this.#isWanted && !this.#cancelRetry) this.#later(RETRY_MILLIS);
    });
  }

  /** So far the log goes: what a node left in it that has died since is drained by whoever comes by. */
  stands(latest: Cursor): void {
    if (isBefore(this.#reached, latest)) this.kick();
  }

  /** Heard from whoever drains: everything up to here is in the ledger. */
  hear(reached: Cursor): void {
    if (isBefore(reached, this.#reached)) return;
    this.#reached = reached;
    for (const each of this.#waiting) {
      if (!each.until || isBefore(reached, each.until)) continue;
      each.done(each.until.generation < reached.generation ? lostFromSight() : undefined);
    }
  }

  /**
   * Resolves when the entry is in the ledger. Throws Unavailable, indefinite, when that takes too long, or when the seats
   * were loaded anew before anybody said so.
   */
  until(entry: Pick<Entry, 'generation' | 'sequence'>): Promise<void> {
    const until = { generation: entry.generation, position: entry.sequence };
    if (until.generation < this.#reached.generation) return Promise.reject(lostFromSight());
    if (!isBefore(this.#reached, until)) return Promise.resolve();
    return this.#wait(until);
  }

  /** Resolves when everything that is in the log now is in the ledger. */
  flush(): Promise<void> {
    return this.#wait(undefined);
  }

  /**
   * One attempt at what an earlier load left in the log, before the next load throws it away. What the ledger does not
   * take, because it has gone on, is lost.
   */
  async salvage(): Promise<void> {
    await this.#running;
    try {
      let written: Cursor = { generation: 0, position: 0 };
      for (let busy = 0; busy < SALVAGE_TRIES; ) {
        const batch = await this.#next(written);
        if (batch === 'busy') {
          busy++;
          await pause(this.#needs.clock, RETRY_MILLIS);
        } else if (batch.entries.length === 0) return;
        else {
          written = await this.#write(batch.reached, batch.entries);
          this.hear(written);
        }
      }
    } catch (error) {
      onlyUnavailable(error);
    }
  }

  async close(): Promise<void> {
    await this.flush().catch(() => undefined);
    this.#isClosed = true;
    this.#cancelRetry?.();
    await this.#running;
  }

  #wait(until: Cursor | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        until,
        done: (error) => {
          stopWaiting();
          this.#waiting = this.#waiting.filter((each) => each !== waiting);
          if (error) reject(error);
          else resolve();
        },
      };
      const stopWaiting = this.#needs.clock.after(PATIENCE_MILLIS, () =>
        waiting.done(new Unavailable('the ledger does not follow', { indefinite: true })),
      );
      this.#waiting.push(waiting);
      // What is under way may have looked into the log before.
      if (until === undefined && this.#running) void this.#running.then(() => this.kick());
      else this.kick();
    });
  }

  async #run(): Promise<void> {
    let written: Cursor = { generation: 0, position: 0 };
    try {
      for (;;) {
        this.#isWanted = false;
        const flushing = this.#waiting.filter(({ until }) => until === undefined);
        const batch = await this.#next(written);
        if (batch === 'busy') {
          if (this.#waiting.length > 0) this.#later(RETRY_MILLIS);
          return;
        }
        if (batch.entries.length === 0) {
          this.hear(batch.reached);
          for (const each of flushing) each.done();
          if (!this.#isWanted) return;
          continue;
        }
        written = await this.#write(batch.reached, batch.entries);
        this.hear(written);
      }
    } catch (error) {
      onlyUnavailable(error);
      if (error instanceof Overtaken) this.#needs.overtaken(error.generation);
      this.#later(RETRY_AFTER_FAILURE_MILLIS);
    }
  }

  async #next(written: Cursor): Promise<'busy' | { reached: Cursor; entries: Entry[] }> {
    const own = this.#ownAfter(written.generation === 0 ? this.#reached : written);
    const [word, generation, drained, sequence, ...texts] = await this.#needs.run<string[]>(
      'seat-drain',
      this.#keys,
      [
        this.#needs.node,
        this.#keys.channel,
        String(LEASE_MILLIS),
        String(written.generation),
        String(written.position),
        String(this.#given),
        String(ENTRIES_AT_ONCE),
        String(own[0]?.sequence ?? 0),
        String(own.length),
        String(own[0]?.generation ?? 0),
      ],
    );
    if (word === 'BUSY') return 'busy';
    const isEmpty = texts.length === 0 && word !== 'KNOWN';
    const reached = { generation: Number(generation), position: Number(isEmpty ? sequence : drained) };
    const entries = word === 'KNOWN' ? own : texts.map((text) => this.#remembered(text, reached));
    if (word === 'KNOWN') for (const { sequence: each } of own) this.#own.delete(each);
    this.#given = entries.length;
    return { reached, entries };
  }

  /** Entries of this node's own making that follow each other from there on. */
  #ownAfter({ generation, position }: Cursor): Entry[] {
    const entries: Entry[] = [];
    while (entries.length < ENTRIES_AT_ONCE) {
      const next = this.#own.get(position + 1 + entries.length);
      if (next?.generation !== generation) break;
      entries.push(next);
    }
    return entries;
  }

  /** An entry that this node made need not be taken apart again. */
  #remembered(text: string, { generation }: Cursor): Entry {
    const sequence = sequenceOf(text);
    const own = this.#own.get(sequence);
    this.#own.delete(sequence);
    return own?.generation === generation ? own : new Entry(text);
  }

  /** Returns where the ledger then is. */
  async #write(from: Cursor, entries: readonly Entry[]): Promise<Cursor> {
    const { ledger } = this.#needs;
    const hall = await this.#needs.hall();
    if (!hall) throw new Unavailable('an event with claims has no hall');
    const upTo = (entries.at(-1) as Entry).sequence;
    const changes = entries.map((entry) => entry.changesIn(hall) ?? notInHall(entry));
    const records = entries.flatMap((entry) => recordIn(entry, hall) ?? []);
    try {
      await ledger.follow(hall, { from, upTo, changes, records });
      return { generation: from.generation, position: upTo };
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      const cursor = await ledger.cursor(hall.eventId);
      if (cursor.generation !== from.generation) throw new Overtaken(from.generation);
      if (cursor.position === from.position) throw error;
      return cursor;
    }
  }

  #later(millis: number): void {
    if (this.#isClosed || this.#cancelRetry) return;
    this.#cancelRetry = this.#needs.clock.after(millis, () => {
      this.#cancelRetry = undefined;
      this.kick();
    });
  }
}

class Overtaken extends Unavailable {
  readonly generation: number;

  constructor(generation: number) {
    super('the seats were loaded anew elsewhere');
    this.generation = generation;
  }
}

function isBefore(left: Cursor, right: Cursor): boolean {
  return left.generation === right.generation
    ? left.position < right.position
    : left.generation < right.generation;
}

/** Its load is of the past: it followed into the ledger before that ended, or never will. */
function lostFromSight(): Unavailable {
  return new Unavailable('the seats were loaded anew before the ledger had them', { indefinite: true });
}

/** The hall has grown on another node; the next attempt sees it. */
function notInHall({ sequence }: Entry): never {
  throw new Unavailable(`entry ${sequence} names a seat that is not in the hall`);
}
