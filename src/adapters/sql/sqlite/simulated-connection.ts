import { Turns } from '../../../core/turns.ts';
import { Unavailable } from '../../../core/unavailable.ts';
import type { Row, SqlConnection, Transaction, WriteRun } from '../database.ts';
import { everyStatement } from '../migrate.ts';
import { sqliteDialect } from './dialect.ts';
import { SqliteEngine } from './engine.ts';
import { interactive } from './interactive.ts';
import { prepared } from './prepared-run.ts';
import { processLocks } from './process-locks.ts';

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

/** What a commit writes, as far as that is known before it is under way: rows, or a counter that it raises. */
export interface Written {
  batch: readonly WriteRun[];
  counter?: string;
}

interface Surroundings {
  after(delayMillis: number, label: string, run: () => void): void;
  commitFate(owner: Owner, written: Written): CommitFate;
  queryFate(): QueryFate;
  /** Whether a commit that was on its way at a crash reached the disk. */
  outlivesCrash(): boolean;
  /** Told of each committed batch, at once, and of the process that wrote it. */
  committed(batch: readonly WriteRun[], owner: Owner): void;
  /** Told of a statement that the ledger refused, where no fault was planned. */
  refused(error: Unavailable, batch: readonly WriteRun[]): void;
}

/** The life of the process that is connected. */
interface Owner {
  readonly isAlive: boolean;
  atEnd(act: () => void): void;
  /** Brings something to it, at once or when it goes on; absent where it never stands still. */
  enter?(act: () => void): void;
}

/**
 * The real SQLite engine in memory, reached as over a slow and unreliable way. It keeps committed batches only, and
 * outlives the processes that connect to it. It is born with its tables.
 */
export class SimulatedLedger {
  readonly engine = new SqliteEngine({ file: ':memory:' });
  readonly #surroundings: Surroundings;
  /** Nothing is applied in the middle of a transaction whose steps depend on each other. */
  readonly #turns = new Turns<'engine'>();
  #onTheirWay = 0;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
    for (const statement of everyStatement(sqliteDialect.schema)) this.engine.change(statement, []);
  }

  /** No commit is under way. */
  get isIdle(): boolean {
    return this.#onTheirWay === 0;
  }

  connect(owner: Owner): SqlConnection {
    return {
      dialect: sqliteDialect,
      transact: (batch) => this.#commit(owner, () => this.#apply(batch, owner), { batch }),
      query: <R>(sql: string, params: Row = []) => this.#query<R>(owner, sql, params),
      raise: (counter, by) => this.#commit(owner, () => this.engine.raise(counter, by), { counter }),
      lock: processLocks(),
      transaction: (run) => this.#commit(owner, () => this.#interact(run, owner), { steps: 'step by step' }),
      close: async () => undefined,
    };
  }

  /** Lets a commit meet its fate. What `apply` throws is answered to an owner who would have been told of success. */
  #commit<R>(
    owner: Owner,
    apply: () => R | Promise<R>,
    { steps, ...written }: Partial<Written> & { steps?: 'step by step' } = {},
  ): Promise<R> {
    // What a process was about to ask when it died is asked of nobody.
    if (!owner.isAlive) return new Promise(() => undefined);
    const { after, commitFate, outlivesCrash } = this.#surroundings;
    const { delayMillis, appliesEarly, outcome } = commitFate(owner, { batch: [], ...written });
    const reachesDisk = outcome === 'answered' || outcome.endsWith('applied');
    let isOpen = true;
    let applied: Promise<R> | undefined;
    const reachDisk = () => {
      if (!reachesDisk) return;
      applied = this.#turns.take('engine', async () => apply());
      applied.catch(() => undefined); // Told to the owner below, if anybody still listens.
    };
    this.#onTheirWay++;
    if (appliesEarly) reachDisk();
    return new Promise((resolve, reject) => {
      const close = () => {
        isOpen = false;
        this.#onTheirWay--;
      };
      const answer = () => {
        const failure = failureOf(outcome);
        Promise.resolve(applied).then(
          (result) => (failure ? reject(failure) : resolve(result as R)),
          (error: unknown) => reject(error),
        );
      };
      const arrive = () => {
        if (!isOpen) return;
        if (!appliesEarly) reachDisk();
        if (outcome.startsWith('silent')) return;
        close();
        enter(owner, answer);
      };
      // A frozen process takes no steps; what was sent whole needs nobody.
      const arrived = () => (steps ? enter(owner, arrive) : arrive());
      after(delayMillis, `commit ${outcome}`, arrived);
      owner.atEnd(() => {
        if (!isOpen) return;
        close();
        if (!appliesEarly && !outcome.startsWith('silent') && outlivesCrash()) reachDisk();
      });
    });
  }

  #apply(batch: readonly WriteRun[], owner: Owner): void {
    try {
      this.engine.transact(prepared(batch));
    } catch (error) {
      this.#surroundings.refused(error as Unavailable, batch);
      throw error;
    }
    this.#surroundings.committed(batch, owner);
  }

  /** As long as `run` awaits nothing but its own statements, it is over before the next event of the world. */
  async #interact<R>(run: (transaction: Transaction) => Promise<R>, owner: Owner): Promise<R> {
    const batch: WriteRun[] = [];
    const result = await interactive(this.engine, (transaction) =>
      run({
        ...transaction,
        write: async (runs) => {
          await transaction.write(runs);
          batch.push(...runs);
        },
      }),
    );
    this.#surroundings.committed(batch, owner);
    return result;
  }

  #query<R>(owner: Owner, sql: string, params: Row): Promise<R[]> {
    const { after, queryFate } = this.#surroundings;
    const { delayMillis, readsEarly, fails } = queryFate();
    const early = readsEarly ? this.engine.query<R>(sql, params) : undefined;
    return new Promise((resolve, reject) => {
      after(delayMillis, fails ? 'query failed' : 'query', () => {
        if (!owner.isAlive) return;
        const rows = fails ? undefined : (early ?? this.engine.query<R>(sql, params));
        enter(owner, () => {
          if (rows) resolve(rows);
          else reject(new Unavailable('the disk reported an error while it was read'));
        });
      });
    });
  }
}

function enter(owner: Owner, act: () => void): void {
  if (owner.enter) owner.enter(act);
  else act();
}

function failureOf(outcome: CommitFate['outcome']): Unavailable | undefined {
  if (outcome === 'answered') return undefined;
  if (outcome === 'refused') return new Unavailable('the disk is full');
  return new Unavailable('the ledger did not say what became of a commit', { indefinite: true });
}
