import { Unavailable } from '../../../core/unavailable.ts';
import type { Row, SqlConnection, WriteRun } from '../database.ts';
import { sale } from '../migrations/0001-sale.ts';
import { SqliteEngine } from './engine.ts';

/** What becomes of one commit. The `silent` ones are never answered: the process hangs on them until it is killed. */
export interface CommitFate {
  delayMillis: number;
  /** Whether readers can see it before it is answered, or only from then on. */
  appliesEarly: boolean;
  outcome: 'answered' | 'refused' | 'unknown_applied' | 'unknown_lost' | 'silent_applied' | 'silent_lost';
}

/** What becomes of one read. An early one tells how things were when it was asked. */
export interface QueryFate {
  delayMillis: number;
  readsEarly: boolean;
  fails: boolean;
}

interface Surroundings {
  after(delayMillis: number, label: string, run: () => void): void;
  commitFate(): CommitFate;
  queryFate(): QueryFate;
  /** Whether a commit that was on its way at a crash reached the disk. */
  outlivesCrash(): boolean;
  /** Told of each committed batch, at once. */
  committed(batch: readonly WriteRun[]): void;
  /** Told of a statement that the ledger refused, where no fault was planned. */
  refused(error: Unavailable, batch: readonly WriteRun[]): void;
}

/** The life of the process that is connected. */
interface Owner {
  readonly isAlive: boolean;
  atEnd(act: () => void): void;
}

/**
 * The real SQLite engine in memory, reached as over a slow and unreliable way. It keeps committed batches only, and
 * outlives the processes that connect to it.
 */
export class SimulatedLedger {
  readonly engine = new SqliteEngine({ file: ':memory:' });
  readonly #surroundings: Surroundings;
  #onTheirWay = 0;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.engine.transact(sale.map((sql) => ({ sql, rows: [[]] })));
  }

  /** No commit is under way. */
  get isIdle(): boolean {
    return this.#onTheirWay === 0;
  }

  connect(owner: Owner): SqlConnection {
    return {
      transact: (batch) => this.#transact(owner, batch),
      query: <R>(sql: string, params: Row) => this.#query<R>(owner, sql, params),
      close: async () => undefined,
    };
  }

  #transact(owner: Owner, batch: readonly WriteRun[]): Promise<void> {
    const { after, commitFate, outlivesCrash } = this.#surroundings;
    const { delayMillis, appliesEarly, outcome } = commitFate();
    const reachesDisk = outcome === 'answered' || outcome.endsWith('applied');
    let isOpen = true;
    let failure: Unavailable | undefined;
    const apply = () => {
      if (reachesDisk) failure = this.#apply(batch);
    };
    this.#onTheirWay++;
    if (appliesEarly) apply();
    return new Promise((resolve, reject) => {
      const close = () => {
        isOpen = false;
        this.#onTheirWay--;
      };
      after(delayMillis, `commit ${outcome}`, () => {
        if (!isOpen) return;
        if (!appliesEarly) apply();
        if (outcome.startsWith('silent')) return;
        close();
        const answer = failure ?? answerOf(outcome);
        if (answer) reject(answer);
        else resolve();
      });
      owner.atEnd(() => {
        if (!isOpen) return;
        close();
        if (!appliesEarly && !outcome.startsWith('silent') && outlivesCrash()) apply();
      });
    });
  }

  #apply(batch: readonly WriteRun[]): Unavailable | undefined {
    try {
      this.engine.transact(batch);
    } catch (error) {
      this.#surroundings.refused(error as Unavailable, batch);
      return error as Unavailable;
    }
    this.#surroundings.committed(batch);
    return undefined;
  }

  #query<R>(owner: Owner, sql: string, params: Row): Promise<R[]> {
    const { after, queryFate } = this.#surroundings;
    const { delayMillis, readsEarly, fails } = queryFate();
    const early = readsEarly ? this.engine.query<R>(sql, params) : undefined;
    return new Promise((resolve, reject) => {
      after(delayMillis, fails ? 'query failed' : 'query', () => {
        if (!owner.isAlive) return;
        if (fails) reject(new Unavailable('the disk reported an error while it was read'));
        else resolve(early ?? this.engine.query<R>(sql, params));
      });
    });
  }
}

function answerOf(outcome: CommitFate['outcome']): Unavailable | undefined {
  if (outcome === 'answered') return undefined;
  if (outcome === 'refused') return new Unavailable('the disk is full');
  return new Unavailable('the ledger did not say what became of a commit', { indefinite: true });
}
