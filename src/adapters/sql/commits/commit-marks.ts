import type { Millis } from '../../../core/clock.ts';
import { Conflict } from '../../../core/conflict.ts';
import { onlyUnavailable, Unavailable } from '../../../core/unavailable.ts';
import type { Database, SqlConnection, Transaction, WriteRun } from '../database.ts';
import type { WriteKind } from '../write-kind.ts';

const ADD_MARK: WriteKind = {
  write: 'insert',
  table: 'commit_mark',
  columns: { id: 'text', at: 'int', denied: 'int' },
};

const FORGET_MARKS: WriteKind = {
  write: 'delete',
  table: 'commit_mark',
  columns: { at: 'int' },
  where: 'below',
};

/** Pauses between the askings after one commit; then its caller is told that nobody knows. */
const PAUSES_MILLIS = [0, 50, 200, 500, 1_000, 2_000];

export interface MarkNeeds {
  /** Never the same twice, on no node. */
  newId(): string;
  now(): Millis;
}

/**
 * Makes commits definite whose answer was lost. Each transaction first inserts a row of its own; when nobody answers,
 * a row of the same key, which denies it, is inserted on another connection. If the key is taken, the transaction was
 * committed; if it is not, it never was, and now never will be. While the end of one is unknown, nothing else is read
 * or written: what was decided next might rest on the wrong one of the two.
 */
export function markedCommits(connection: SqlConnection, needs: MarkNeeds): SqlConnection {
  const open = new OpenCommits(connection);
  const marked = () => new MarkedCommit(needs.newId(), needs.now());
  return {
    ...connection,
    async transact(runs) {
      await open.settle();
      const commit = marked();
      try {
        await connection.transact([commit.mark, ...runs]);
      } catch (error) {
        await open.mustBeCommitted(commit, error);
      }
    },
    async transaction<R>(run: (transaction: Transaction) => Promise<R>) {
      await open.settle();
      const commit = marked();
      let result: R | undefined;
      try {
        return await connection.transaction(async (transaction) => {
          await transaction.write([commit.mark]);
          result = await run(transaction);
          return result;
        });
      } catch (error) {
        await open.mustBeCommitted(commit, error);
        return result as R;
      }
    },
    async query(sql, params) {
      await open.settle();
      return connection.query(sql, params);
    },
  };
}

/** To be called now and then: a mark matters only while somebody may ask after it, which is over in a minute. */
export function forgetCommitMarks(database: Database, before: Millis): Promise<void> {
  return database.commit([{ kind: FORGET_MARKS, row: [before] }]);
}

class MarkedCommit {
  readonly id: string;
  readonly mark: WriteRun;
  readonly denial: WriteRun;
  fate: 'unknown' | 'committed' | 'never' = 'unknown';

  constructor(id: string, at: Millis) {
    this.id = id;
    this.mark = { kind: ADD_MARK, rows: [[id, at, 0]] };
    this.denial = { kind: ADD_MARK, rows: [[id, at, 1]] };
  }
}

/** Commits of which nobody knows what became of them. */
class OpenCommits {
  readonly #connection: SqlConnection;
  readonly #open = new Set<MarkedCommit>();
  #settling: Promise<void> | undefined;

  constructor(connection: SqlConnection) {
    this.#connection = connection;
  }

  /** Returns when the transaction was committed after all; throws what its caller must know otherwise. */
  async mustBeCommitted(commit: MarkedCommit, error: unknown): Promise<void> {
    if (!(error instanceof Unavailable) || !error.indefinite) throw error;
    this.#open.add(commit);
    for (const millis of PAUSES_MILLIS) {
      await new Promise((resolve) => {
        setTimeout(resolve, millis);
      });
      await this.#ask(commit);
      if (commit.fate === 'committed') return;
      if (commit.fate === 'never') throw new Unavailable(error.message, { cause: error.cause });
    }
    throw error;
  }

  /** Throws, definitely, while the end of a commit is not known. */
  async settle(): Promise<void> {
    if (this.#open.size === 0) return;
    this.#settling ??= this.#settleAll().finally(() => {
      this.#settling = undefined;
    });
    await this.#settling;
  }

  async #settleAll(): Promise<void> {
    for (const commit of [...this.#open]) {
      await this.#ask(commit);
      if (commit.fate === 'unknown')
        throw new Unavailable('nobody knows yet what became of an earlier commit');
    }
  }

  /** An asking may itself go unanswered and have had effect, so a key that is taken is looked at. */
  async #ask(commit: MarkedCommit): Promise<void> {
    try {
      await this.#connection.transact([commit.denial]);
      this.#known(commit, 'never');
    } catch (error) {
      if (error instanceof Conflict) await this.#look(commit);
    }
  }

  async #look(commit: MarkedCommit): Promise<void> {
    try {
      const [row] = await this.#connection.query<{ denied: number }>(
        'SELECT denied FROM commit_mark WHERE id = ?',
        [commit.id],
      );
      if (row) this.#known(commit, row.denied === 0 ? 'committed' : 'never');
    } catch (error) {
      onlyUnavailable(error);
    }
  }

  #known(commit: MarkedCommit, fate: 'committed' | 'never'): void {
    if (commit.fate === 'unknown') commit.fate = fate;
    this.#open.delete(commit);
  }
}
