import { statSync } from 'node:fs';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { Conflict } from '../../../core/conflict.ts';
import { Turns } from '../../../core/turns.ts';
import { Unavailable } from '../../../core/unavailable.ts';
import type { SqlConnection } from '../database.ts';
import { sqliteDialect } from './dialect.ts';
import { SqliteEngine, type SqliteEngineOptions } from './engine.ts';
import { interactive, type Steps } from './interactive.ts';
import { prepared } from './prepared-run.ts';
import { processLocks } from './process-locks.ts';
import type { WorkerAnswer, WorkerRequest, WorkerStart, WorkerTask } from './worker-messages.ts';

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
  const turns = new Turns<'writer'>();
  return {
    dialect: sqliteDialect,
    transact: (runs) => turns.take('writer', () => writer.ask({ type: 'transact', batch: prepared(runs) })),
    hear: () => writer.hear(),
    query: (sql, params = []) => reader.ask({ type: 'query', sql, params }),
    raise: (counter, by) => turns.take('writer', () => writer.ask({ type: 'raise', counter, by })),
    lock: processLocks(),
    transaction: (run) => turns.take('writer', () => interactive(stepsOf(writer), run)),
    async close() {
      await reader.close();
      await turns.take('writer', () => writer.close());
    },
  };
}

function stepsOf(thread: SqliteThread): Steps {
  return {
    begin: () => thread.ask({ type: 'begin' }),
    query: (sql, params) => thread.ask({ type: 'query', sql, params }),
    change: (sql, params) => thread.ask({ type: 'change', sql, params }),
    write: (batch) => thread.ask({ type: 'write', batch }),
    commit: () => thread.ask({ type: 'commit' }),
    rollBack: () => thread.ask({ type: 'rollBack' }),
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

class SqliteThread {
  readonly #port: MessagePort;
  readonly #waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  #lastId = 0;
  #over: Unavailable | undefined;

  constructor(options: SqliteEngineOptions) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.on('message', (answer: WorkerAnswer) => this.#answered(answer));
    const worker = workerOf({ options, port: port2 });
    worker.on('error', (error) => this.#end(error));
    worker.on('exit', () => {
      while (this.hear()); // What it said last may be behind the news of its end.
      this.#end(undefined);
    });
  }

  /** Tasks are done in the order in which they are asked for; `R` is what the engine's method returns. */
  ask<R>(task: WorkerTask): Promise<R> {
    if (this.#over) return Promise.reject(this.#over);
    return new Promise<unknown>((resolve, reject) => {
      const id = ++this.#lastId;
      this.#waiting.set(id, { resolve, reject });
      this.#port.postMessage({ id, task } satisfies WorkerRequest);
    }) as Promise<R>;
  }

  /** Takes one answer, if there is one that the event loop has not come to; false when there is none. */
  hear(): boolean {
    const heard = receiveMessageOnPort(this.#port);
    if (heard) this.#answered(heard.message as WorkerAnswer);
    return heard !== undefined;
  }

  async close(): Promise<void> {
    if (!this.#over) await this.ask({ type: 'close' });
  }

  #answered(answer: WorkerAnswer): void {
    const asker = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.ok) asker?.resolve(answer.result);
    else asker?.reject(errorOf(answer));
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

function errorOf({ message, is, cause }: Extract<WorkerAnswer, { ok: false }>): Unavailable {
  return is === 'conflict'
    ? new Conflict(message, { cause })
    : new Unavailable(message, { indefinite: is === 'indefinite', cause });
}

/** Run from source (tests, `npm run dev`), the thread registers the TypeScript loader first; built, it needs none. */
function workerOf(start: WorkerStart): Worker {
  const options = { workerData: start, transferList: [start.port] };
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL('./worker.js', import.meta.url), options);
  const worker = JSON.stringify(new URL('./worker.ts', import.meta.url).href);
  const load = `import('tsx/esm/api').then(({ register }) => { register(); return import(${worker}); })`;
  return new Worker(load, { ...options, eval: true });
}
