import { Conflict } from '../../../core/conflict.ts';
import { Unavailable } from '../../../core/unavailable.ts';
import type { Database, Row, SqlConnection, Transaction, Write } from '../database.ts';
import { failureOf } from './failure.ts';
import { runsOf, writesOf } from './runs.ts';
import { UnfitRow } from './unfit-row.ts';

export interface IndependentCommitterOptions {
  /** Transactions under way at a time: while one waits for the disk, the others are made and sent. */
  atOnce?: number;
  /** Rows in one transaction; what is over waits for the next. */
  rowsPerCommit?: number;
  /** Rows that may wait in all; past it a commit is refused, definitely. */
  rowsWaiting?: number;
  /** Told after each transaction: calls and rows in it. */
  onCommit?: (calls: number, rows: number) => void;
}

interface Call {
  writes: readonly Write[];
  done: () => void;
  fail: (error: unknown) => void;
}

/**
 * Groups commits whose decisions rest on another authority than this process' memory: calls share a transaction but
 * not a fate. When one is refused for what it says, its batch is written in halves, until the call that was refused is
 * alone and told so. Calls may become durable in any order; the writes of one call are all written or none. Nothing
 * ever rests on what is still being written, so the lineage never changes.
 */
export function independentCommitter(
  connection: SqlConnection,
  options: IndependentCommitterOptions = {},
): Database {
  return new IndependentCommitter(connection, options);
}

class IndependentCommitter implements Database {
  readonly lineage = 0;
  readonly #connection: SqlConnection;
  readonly #options: Required<Omit<IndependentCommitterOptions, 'onCommit'>>;
  readonly #onCommit: IndependentCommitterOptions['onCommit'];
  readonly #unended = new Set<Promise<void>>();
  #waiting: Call[] = [];
  #rowsWaiting = 0;
  #underWay = 0;
  #isScheduled = false;

  constructor(connection: SqlConnection, options: IndependentCommitterOptions) {
    this.#connection = connection;
    this.#options = { atOnce: 3, rowsPerCommit: 5_000, rowsWaiting: 500_000, ...options };
    this.#onCommit = options.onCommit;
  }

  get dialect() {
    return this.#connection.dialect;
  }

  commit(writes: readonly Write[]): Promise<void> {
    if (writes.length === 0) return Promise.resolve();
    if (this.#rowsWaiting + writes.length > this.#options.rowsWaiting) {
      return Promise.reject(new Unavailable('too many writes are waiting for the ledger'));
    }
    const ended = new Promise<void>((done, fail) => {
      this.#waiting.push({ writes, done, fail });
    });
    this.#rowsWaiting += writes.length;
    this.#unended.add(ended);
    const forget = () => this.#unended.delete(ended);
    ended.then(forget, forget);
    this.#schedule();
    return ended;
  }

  async settled(): Promise<void> {
    await Promise.allSettled([...this.#unended]);
  }

  query<R>(sql: string, params: Row = []): Promise<R[]> {
    return this.#connection.query(sql, params);
  }

  raise(counter: string, by: number): Promise<number> {
    return this.#connection.raise(counter, by);
  }

  transaction<R>(run: (transaction: Transaction) => Promise<R>): Promise<R> {
    return this.#connection.transaction(run);
  }

  /** Leaves the caller's turn first, so that everything decided in this turn is in one batch. */
  #schedule(): void {
    if (this.#isScheduled || this.#underWay >= this.#options.atOnce) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      while (this.#waiting.length > 0 && this.#underWay < this.#options.atOnce) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#underWay++;
    await this.#write(this.#takeBatch());
    this.#underWay--;
    this.#schedule();
  }

  #takeBatch(): Call[] {
    let rows = 0;
    let calls = 0;
    for (const { writes } of this.#waiting) {
      if (calls > 0 && rows + writes.length > this.#options.rowsPerCommit) break;
      rows += writes.length;
      calls++;
    }
    this.#rowsWaiting -= rows;
    return this.#waiting.splice(0, calls);
  }

  async #write(calls: readonly Call[]): Promise<void> {
    const writes = writesOf(calls);
    try {
      await this.#connection.transact(runsOf(writes));
    } catch (error) {
      if (isOfOneCall(error) && calls.length > 1) {
        const half = Math.ceil(calls.length / 2);
        await this.#write(calls.slice(0, half));
        await this.#write(calls.slice(half));
        return;
      }
      const failure = failureOf(error);
      for (const call of calls) call.fail(failure);
      return;
    }
    for (const call of calls) call.done();
    this.#onCommit?.(calls.length, writes.length);
  }
}

/** Refused for what one of the calls says: the others may be written without it. */
function isOfOneCall(error: unknown): boolean {
  return error instanceof Conflict || error instanceof UnfitRow;
}
