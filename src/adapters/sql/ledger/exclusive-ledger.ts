import type { Millis } from '../../../core/clock.ts';
import { Conflict } from '../../../core/conflict.ts';
import { Unavailable } from '../../../core/unavailable.ts';
import type { LedgerLock, SqlConnection, Transaction, WriteRun } from '../database.ts';
import type { WriteKind } from '../write-kind.ts';

const NAME = 'ledger';

/** A node that is being replaced gets this long to let go. */
const PATIENCE_MILLIS = 3_000;

const TAKE: WriteKind = {
  write: 'upsert',
  table: 'lease',
  columns: { name: 'text', number: 'int', at: 'int' },
  key: ['name'],
  update: { number: 'replace', at: 'replace' },
  guard: { number: 'grows' },
  mustApply: true,
};

/** Locks the row, so whoever takes the ledger waits for a transaction that is being committed. */
const STILL_OURS: WriteKind = {
  ...TAKE,
  update: { at: 'replace' },
  guard: { number: 'same' },
};

const LEASE = 'SELECT number FROM lease WHERE name = ?';

interface LeaseRow {
  number: number;
}

export interface ExclusiveLedger {
  /** Writes only while the ledger is this node's. */
  connection: SqlConnection;
  release(): Promise<void>;
}

/**
 * Takes a ledger that only one node may write, since it decides on state in its own memory. Throws Unavailable when
 * another node has it. The lock keeps nodes apart; safety comes from the lease's number, which is checked by every
 * transaction: once another node has taken the ledger, this one writes nothing more, whatever it believes. A lock that
 * was lost is taken again, as long as nobody else had it meanwhile.
 */
export async function exclusiveLedger(
  connection: SqlConnection,
  { now }: { now(): Millis },
): Promise<ExclusiveLedger> {
  const lock = await taken(connection);
  try {
    const number = await connection.raise(`lease:${NAME}`, 1);
    await connection.transact([{ kind: TAKE, rows: [[NAME, number, now()]] }]);
    const lease = new Lease({ connection, now, number, lock });
    return { connection: lease.connection, release: () => lease.release() };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function taken(connection: SqlConnection): Promise<LedgerLock> {
  const lock = await connection.lock(NAME, { waitMillis: PATIENCE_MILLIS });
  if (lock) return lock;
  throw new Unavailable(
    'another node has this ledger: stop it, or let the nodes share a Redis (REDIS_URL); without one, only one may run',
  );
}

class Lease {
  readonly connection: SqlConnection;
  readonly #inner: SqlConnection;
  readonly #now: () => Millis;
  readonly #number: number;
  #lock: LedgerLock;
  #regaining: Promise<void> | undefined;
  #lost: Unavailable | undefined;

  constructor(given: { connection: SqlConnection; now(): Millis; number: number; lock: LedgerLock }) {
    this.#inner = given.connection;
    this.#now = given.now;
    this.#number = given.number;
    this.#lock = given.lock;
    this.connection = {
      ...given.connection,
      transact: (runs) => this.#fenced(() => this.#inner.transact([this.#fence(), ...runs])),
      transaction: (run) =>
        this.#fenced(() =>
          this.#inner.transaction(async (transaction) => {
            await this.#mayWrite(transaction);
            return run(transaction);
          }),
        ),
    };
  }

  release(): Promise<void> {
    return this.#lock.release();
  }

  /** Transactions of this node do not wait for each other here; who takes the ledger waits for all of them. */
  async #mayWrite(transaction: Transaction): Promise<void> {
    const { forShare } = this.#inner.dialect;
    const [row] = await transaction.query<LeaseRow>(LEASE + forShare, [NAME]);
    if (row?.number !== this.#number) throw new Conflict('lease');
  }

  #fence(): WriteRun {
    return { kind: STILL_OURS, rows: [[NAME, this.#number, this.#now()]] };
  }

  async #fenced<R>(write: () => Promise<R>): Promise<R> {
    if (this.#lost) throw this.#lost;
    if (!this.#lock.isHeld) await this.#regain();
    try {
      return await write();
    } catch (error) {
      if (error instanceof Conflict) await this.#mustBeOurs();
      throw error;
    }
  }

  #regain(): Promise<void> {
    this.#regaining ??= this.#takeAgain().finally(() => {
      this.#regaining = undefined;
    });
    return this.#regaining;
  }

  async #takeAgain(): Promise<void> {
    const lock = await taken(this.#inner);
    try {
      await this.#mustBeOurs();
    } catch (error) {
      await lock.release();
      throw error;
    }
    this.#lock = lock;
  }

  async #mustBeOurs(): Promise<void> {
    const [row] = await this.#inner.query<LeaseRow>(LEASE, [NAME]);
    if (row?.number === this.#number) return;
    this.#lost = new Unavailable('another node has taken this ledger meanwhile: start this node again');
    throw this.#lost;
  }
}
