import type { Clock, Millis } from '../../../core/clock.ts';
import type { Database, Transaction } from '../database.ts';
import { HEAD, type Head, type HeadRecord, headOf, saveHead } from './lanes-of-event.ts';

/** A transaction that has the row of the event's head, and what is changed of it. */
export interface Round {
  readonly transaction: Transaction;
  readonly head: Head;
  readonly now: Millis;
  /** Ends a SELECT whose rows must be this transaction's. */
  readonly forUpdate: string;
  /** Requests that ended in this round. */
  readonly over: Set<string>;
}

interface Task {
  step: (round: Round) => Promise<unknown>;
  committed: (result: never) => void;
  resolve: (result: unknown) => void;
  reject: (error: unknown) => void;
}

export interface EventDeskNeeds {
  database: Database;
  clock: Clock;
  /** Told of the head as it was committed. */
  headIs(head: Head): void;
}

/**
 * What this node does at the head of one event's lanes. All that is asked for in one turn, or while a transaction is on
 * its way, shares the next one; other nodes wait for the row of the head meanwhile.
 */
export class EventDesk {
  readonly eventId: number;
  /** What was claimed here and has not ended: the revision under which it was claimed. */
  readonly inFlight = new Map<string, number>();
  /** Put back: how many of its claims count. */
  readonly excused = new Map<string, number>();
  /** Whether something that was claimed here may have to be claimed again. */
  hasBegun = false;
  /** Until then nobody takes the place of this node; 0 while it has none. */
  heldUntil: Millis = 0;
  readonly #needs: EventDeskNeeds;
  #tasks: Task[] = [];
  #running = false;

  constructor(eventId: number, needs: EventDeskNeeds) {
    this.eventId = eventId;
    this.#needs = needs;
  }

  /** Whether it may be forgotten. */
  get isIdle(): boolean {
    return !this.#running && this.inFlight.size === 0 && !this.hasBegun;
  }

  /**
   * Runs a step with the row of the head; `committed` is told of what came of it, after the commit and before the next
   * round. A step may be run again, so it has no effect outside of the round.
   */
  take<R>(step: (round: Round) => Promise<R>, committed: (result: R) => void = () => undefined): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      this.#tasks.push({ step, committed, resolve: resolve as Task['resolve'], reject });
      if (!this.#running) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    // Leaves the caller's turn first, so that everything asked in this turn is in the first round.
    await undefined;
    while (this.#tasks.length > 0) {
      const tasks = this.#tasks;
      this.#tasks = [];
      try {
        const { results, head } = await this.#round(tasks);
        this.#needs.headIs(head);
        for (const [index, { committed, resolve }] of tasks.entries()) {
          committed(results[index] as never);
          resolve(results[index]);
        }
      } catch (error) {
        for (const { reject } of tasks) reject(error);
      }
    }
    this.#running = false;
  }

  #round(tasks: readonly Task[]): Promise<{ results: unknown[]; head: Head }> {
    const { database, clock } = this.#needs;
    const { forUpdate } = database.dialect;
    return database.transaction(async (transaction) => {
      const [row] = await transaction.query<HeadRecord>(HEAD + forUpdate, [this.eventId]);
      const head = headOf(row as HeadRecord);
      const round: Round = { transaction, head, now: clock.now(), forUpdate, over: new Set() };
      const before = JSON.stringify(head);
      const results: unknown[] = [];
      for (const { step } of tasks) results.push(await step(round));
      if (JSON.stringify(head) !== before) await saveHead(transaction, head);
      return { results, head };
    });
  }
}
