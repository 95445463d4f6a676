import { Worker } from 'node:worker_threads';
import { Unavailable } from '../../core/unavailable.ts';
import type { PdfAnswer, PdfTask } from './worker-messages.ts';

/** Documents that may wait in all; past it one more is refused. */
const WAITING_MAX = 200;

interface Waiting {
  resolve(pdf: Uint8Array): void;
  reject(error: Error): void;
}

/** A thread that draws PDFs. It is started by the first that is asked for, and again when it has died. */
export class PdfThread {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #lastId = 0;

  draw(task: Omit<PdfTask, 'id'>): Promise<Uint8Array> {
    if (this.#waiting.size >= WAITING_MAX) {
      return Promise.reject(new Unavailable('too many documents are being drawn', { retryAfterSeconds: 5 }));
    }
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      this.#waiting.set(id, { resolve, reject });
      const worker = this.#started();
      worker.ref();
      worker.postMessage({ id, ...task } satisfies PdfTask);
    });
  }

  #started(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(...workerOf());
    worker.on('message', (answer: PdfAnswer) => this.#answered(answer));
    worker.on('error', (error) => this.#end(error));
    worker.on('exit', () => this.#end(undefined));
    this.#worker = worker;
    return worker;
  }

  #answered(answer: PdfAnswer): void {
    const asker = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    // An idle thread keeps no process alive.
    if (this.#waiting.size === 0) this.#worker?.unref();
    if ('pdf' in answer) asker?.resolve(answer.pdf);
    else asker?.reject(new Error(`a ticket could not be drawn: ${answer.failure}`));
  }

  #end(cause: unknown): void {
    this.#worker = undefined;
    const gone = new Unavailable('the thread that draws documents has ended', { cause });
    for (const { reject } of this.#waiting.values()) reject(gone);
    this.#waiting.clear();
  }
}

/** Run from source (tests, `npm run dev`), the thread registers the TypeScript loader first; built, it needs none. */
function workerOf(): ConstructorParameters<typeof Worker> {
  if (!import.meta.url.endsWith('.ts')) return [new URL('./worker.js', import.meta.url)];
  const worker = JSON.stringify(new URL('./worker.ts', import.meta.url).href);
  const start = `import('tsx/esm/api').then(({ register }) => { register(); return import(${worker}); })`;
  return [start, { eval: true }];
}
