import Database from 'libsql';
import { Conflict } from '../../../core/conflict.ts';
import { Unavailable } from '../../../core/unavailable.ts';
import type { Row } from '../database.ts';
import type { Steps } from './interactive.ts';
import type { PreparedRun } from './prepared-run.ts';

export interface SqliteEngineOptions {
  /** Path of the database file, or `:memory:`. */
  file: string;
  readOnly?: boolean;
}

/**
 * The cache holds the pages of the indexes in memory: with SQLite's own 2 MB, commits of a crowd took three times as
 * long. Checkpoints come every 16 MB of log instead of every 4, since each copies the same pages again.
 */
const WRITER_PRAGMAS = [
  'busy_timeout = 5000',
  'journal_mode = WAL',
  'synchronous = FULL',
  'temp_store = MEMORY',
  'cache_size = -65536',
  'wal_autocheckpoint = 4000',
];

/** One statement, so that nobody reads between the adding and the reading. */
const RAISE = `INSERT INTO counter (name, value) VALUES (?, ?)
  ON CONFLICT (name) DO UPDATE SET value = counter.value + excluded.value RETURNING value`;

/** SQLite called directly, blocking: inside a worker thread, or where a test wants no thread. */
export class SqliteEngine implements Steps {
  readonly #database: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();

  constructor({ file, readOnly = false }: SqliteEngineOptions) {
    this.#database = attempt(() => new Database(file, { readonly: readOnly }));
    if (readOnly) this.#pragmas('busy_timeout = 5000', 'mmap_size = 268435456');
    else this.#pragmas(...WRITER_PRAGMAS);
  }

  /** One transaction. When it throws, it was rolled back, unless the Unavailable says indefinite. */
  transact(batch: readonly PreparedRun[]): void {
    this.begin();
    try {
      this.write(batch);
      this.commit();
    } catch (error) {
      this.rollBack();
      throw error;
    }
  }

  begin(): void {
    attempt(() => this.#database.exec('BEGIN IMMEDIATE'));
  }

  write(batch: readonly PreparedRun[]): void {
    attempt(() => {
      for (const { sql, rows, mustApply } of batch) {
        const statement = this.#prepare(sql);
        for (const row of rows) {
          const { changes } = statement.run(row);
          if (mustApply && changes === 0)
            throw new Conflict('a row of the data file is newer than what was written');
        }
      }
    });
  }

  query<R>(sql: string, params: Row): R[] {
    return attempt(() => this.#prepare(sql).all(params) as R[]);
  }

  change(sql: string, params: Row): number {
    return attempt(() => this.#prepare(sql).run(params).changes);
  }

  raise(counter: string, by: number): number {
    const [row] = this.query<{ value: number }>(RAISE, [counter, by]);
    return row?.value ?? 0;
  }

  commit(): void {
    attempt(() => this.#database.exec('COMMIT'));
  }

  rollBack(): void {
    try {
      // Asked after it was closed, the driver would end the whole process.
      if (this.#database.open && this.#database.inTransaction) this.#database.exec('ROLLBACK');
    } catch (error) {
      throw new Unavailable('a write to the data file failed, and so did taking it back', {
        indefinite: true,
        cause: error,
      });
    }
  }

  /** Reads the whole file for damage; undefined when there is none. */
  damage(): string | undefined {
    const [row] = this.query<Record<string, string>>('PRAGMA quick_check(1)', []);
    const verdict = row && Object.values(row)[0];
    return verdict === 'ok' ? undefined : (verdict ?? 'no verdict');
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  #prepare(sql: string): Database.Statement {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #pragmas(...pragmas: string[]): void {
    for (const pragma of pragmas) attempt(() => this.#database.exec(`PRAGMA ${pragma}`));
  }
}

function attempt<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw error instanceof Unavailable ? error : explained(error);
  }
}

const EXPLANATIONS: readonly [RegExp, string][] = [
  [/FULL|disk is full/i, 'the disk is full: free some space; nothing that was acknowledged is lost'],
  [
    /NOTADB|not a database|CORRUPT|malformed/i,
    'the data file is damaged: restore DATA_DIR from a backup, or start with another DATA_DIR; the damaged file was left as it is',
  ],
  [/READONLY|readonly/i, 'the data file cannot be written: give this user the right to write in DATA_DIR'],
  [
    /CANTOPEN|unable to open/i,
    'the data file cannot be opened: check that DATA_DIR exists and can be written',
  ],
  [/IOERR|disk I\/O/i, 'the disk reported an error while the data file was used'],
];

/** Says what is wrong and what to do, in one sentence; the driver's own words are the cause. */
function explained(error: unknown): Unavailable {
  const { code = '', message = String(error) } = error as { code?: string; message?: string };
  if (/CONSTRAINT_(PRIMARYKEY|UNIQUE)/.test(code)) {
    return new Conflict(`the data file has this key already (${message})`, { cause: error });
  }
  const known = EXPLANATIONS.find(([pattern]) => pattern.test(code) || pattern.test(message));
  return new Unavailable(known?.[1] ?? `the data file refused a statement (${message})`, { cause: error });
}
