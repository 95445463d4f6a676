import { Conflict } from '../../../core/conflict.ts';
import { Unavailable } from '../../../core/unavailable.ts';
import type { Database, Row, SqlConnection, Transaction, Write } from '../database.ts';
import { failureOf } from './failure.ts';
import { runsOf, writesOf } from './runs.ts';

/**
 * A turn of the event loop reads all sockets that are ready, a crowd's requests among them. Were the end of a commit
 * only heard after it, the whole crowd would be one batch, and process and disk would wait for each other in turns.
 */
const CALLS_UNTIL_HEARD = 16;

export interface GroupCommitterOptions {
  /** Rows in one transaction; what is over waits for the next. */
  rowsPerCommit?: number;
  /** Rows that may wait in all; past it a commit is refused, definitely. */
  rowsWaiting?: number;
  /** Added to every commit: the time it was made at, for the clock of the next start. */
  mark?: () => Write;
  /** Told after each commit: calls and rows in it. */
  onCommit?: (calls: number, rows: number) => void;
}

interface Call {
  writes: readonly Write[];
  done: () => void;
  fail: (error: Unavailable) => void;
}

/**
 * Groups commits: while one transaction is on its way to disk, calls gather; when it is there, all of them are the
 * next one. Never on a timer, so a lone buyer waits for one sync and a crowd shares it.
 *
 * For whoever decides on state in memory, on top of what is still being written: calls are durable in their order, and
 * when a commit fails, every call that waits is failed with it, since it may rest on what was lost.
 */
export function groupCommitter(connection: SqlConnection, options: GroupCommitterOptions = {}): Database {
  return new GroupCommitter(connection, options);
}

class GroupCommitter implements Database {
  readonly #connection: SqlConnection;
  readonly #rowsPerCommit: number;
  readonly #rowsWaitingLimit: number;
  readonly #mark: (() => Write) | undefined;
  readonly #onCommit: ((calls: number, rows: number) => void) | undefined;
  #waiting: Call[] = [];
  #rowsWaiting = 0;
  #running: Promise<void> | undefined;
  #failures = 0;

  constructor(connection: SqlConnection, options: GroupCommitterOptions) {
    this.#connection = connection;
    this.#rowsPerCommit = options.rowsPerCommit ?? 20_000;
    this.#rowsWaitingLimit = options.rowsWaiting ?? 500_000;
    this.#mark = options.mark;
    this.#onCommit = options.onCommit;
  }

  commit(writes: readonly Write[]): Promise<void> {
    if (this.#rowsWaiting + writes.length > this.#rowsWaitingLimit) {
      return Promise.reject(new Unavailable('too many writes are waiting for the disk'));
    }
    return new Promise((done, fail) => {
      this.#waiting.push({ writes, done, fail });
      this.#rowsWaiting += writes.length;
      this.#running ??= this.#drain();
      if (this.#waiting.length % CALLS_UNTIL_HEARD === 0) this.#connection.hear?.();
    });
  }

  settled(): Promise<void> {
    return this.#running ? this.commit([]).catch(() => undefined) : Promise.resolve();
  }

  get lineage(): number {
    return this.#failures;
  }

  get dialect() {
    return this.#connection.dialect;
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

  async #drain(): Promise<void> {
    // Leaves the caller's turn first, so that everything decided in this turn is in the first batch.
    await undefined;
    while (this.#waiting.length > 0) {
      const batch = this.#takeBatch();
      const runs = runsOf(this.#marked(batch));
      try {
        if (runs.length > 0) await this.#connection.transact(runs);
      } catch (error) {
        this.#failAll(batch, failureOf(error));
        continue;
      }
      for (const call of batch) call.done();
      this.#onCommit?.(
        batch.length,
        batch.reduce((sum, call) => sum + call.writes.length, 0),
      );
    }
    this.#running = undefined;
  }

  #marked(batch: readonly Call[]): Write[] {
    const writes = writesOf(batch);
    if (writes.length > 0 && this.#mark) writes.push(this.#mark());
    return writes;
  }

  #takeBatch(): Call[] {
    let rows = 0;
    let calls = 0;
    for (const call of this.#waiting) {
      if (calls > 0 && rows + call.writes.length > this.#rowsPerCommit) break;
      rows += call.writes.length;
      calls++;
    }
    this.#rowsWaiting -= rows;
    if (calls === this.#waiting.length) {
      const batch = this.#waiting;
      this.#waiting = [];
      return batch;
    }
    return this.#waiting.splice(0, calls);
  }

  #failAll(batch: readonly Call[], error: Unavailable): void {
    this.#failures++;
    const shared = batch.length > 1 && error instanceof Conflict ? notAlone(error) : error;
    for (const call of batch) call.fail(shared);
    const never = new Unavailable('an earlier write failed', { cause: error });
    for (const call of this.#waiting) call.fail(never);
    this.#waiting = [];
    this.#rowsWaiting = 0;
  }
}

/** Nobody knows which of the calls was refused, so none is told that somebody else was first. */
function notAlone(conflict: Conflict): Unavailable {
  return new Unavailable('a write that shared the commit was refused', { cause: conflict });
}
