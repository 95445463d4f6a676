import { statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { Unavailable } from '../../../core/unavailable.ts';
import type { Row, SqlConnection, WriteRun } from '../database.ts';
import { SqliteEngine, type SqliteEngineOptions } from './engine.ts';
import type { WorkerAnswer, WorkerRequest } from './worker-messages.ts';

/** Larger files are not read through at every start: it would take longer than a start may. */
const CHECKED_BYTES = 256 * 2 ** 20;

/**
 * A SQLite file: one thread writes, another reads, so that no sync blocks the event loop and no sync delays a read.
 * Throws Unavailable with the remedy when the file is damaged or cannot be used.
 */
export function sqliteConnection(file: string): SqlConnection {
  checkFile(file);
  const writer = new SqliteThread({ file });
  const reader = new SqliteThread({ file, readOnly: true });
  return {
    transact: (batch) => writer.transact(batch),
    query: (sql, params) => reader.query(sql, params),
    async close() {
      await reader.close();
      await writer.close();
    },
  };
}

/** Also makes the file, which the reading thread must find. */
function checkFile(file: string): void {
  const engine = new SqliteEngine({ file });
  try {
    if (statSync(file).size > CHECKED_BYTES) return;
    const damage = engine.damage();
    if (damage) throw new Unavailable(`the data file is damaged (${damage}): restore DATA_DIR from a backup`);
  } finally {
    engine.close();
  }
}

type Unnumbered<T> = T extends { id: number } ? Omit<T, 'id'> : never;

class SqliteThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, { resolve(rows: unknown[]): void; reject(error: Error): void }>();
  #lastId = 0;
  #over: Unavailable | undefined;

  constructor(options: SqliteEngineOptions) {
    this.#worker = new Worker(...workerOf(options));
    this.#worker.on('message', (answer: WorkerAnswer) => this.#answered(answer));
    this.#worker.on('error', (error) => this.#end(error));
    this.#worker.on('exit', () => this.#end(undefined));
  }

  async transact(batch: readonly WriteRun[]): Promise<void> {
    await this.#ask({ type: 'transact', batch });
  }

  async query<R>(sql: string, params: Row): Promise<R[]> {
    return (await this.#ask({ type: 'query', sql, params })) as R[];
  }

  async close(): Promise<void> {
    if (!this.#over) await this.#ask({ type: 'close' });
  }

  #ask(request: Unnumbered<WorkerRequest>): Promise<unknown[]> {
    if (this.#over) return Promise.reject(this.#over);
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ ...request, id } as WorkerRequest);
    });
  }

  #answered(answer: WorkerAnswer): void {
    const asker = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.ok) asker?.resolve(answer.rows ?? []);
    else
      asker?.reject(new Unavailable(answer.message, { indefinite: answer.indefinite, cause: answer.cause }));
  }

  #end(error: unknown): void {
    this.#over ??= new Unavailable('the thread of the data file has ended: start the program again', {
      indefinite: true,
      cause: error,
    });
    for (const { reject } of this.#waiting.values()) reject(this.#over);
    this.#waiting.clear();
  }
}

/** Run from source (tests, `npm run dev`), the thread registers the TypeScript loader first; built, it needs none. */
function workerOf(options: SqliteEngineOptions): ConstructorParameters<typeof Worker> {
  if (!import.meta.url.endsWith('.ts'))
    return [new URL('./worker.js', import.meta.url), { workerData: options }];
  const worker = JSON.stringify(new URL('./worker.ts', import.meta.url).href);
  const start = `import('tsx/esm/api').then(({ register }) => { register(); return import(${worker}); })`;
  return [start, { eval: true, workerData: options }];
}
