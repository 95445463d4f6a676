import { workerData } from 'node:worker_threads';
import { Conflict } from '../../../core/conflict.ts';
import { Unavailable } from '../../../core/unavailable.ts';
import { SqliteEngine } from './engine.ts';
import type { WorkerAnswer, WorkerRequest, WorkerStart, WorkerTask } from './worker-messages.ts';

/** The thread in which fsync may block. One request after the other, each answered once. */
const { options, port } = workerData as WorkerStart;
const engine = new SqliteEngine(options);

port.on('message', (request: WorkerRequest) => {
  port.postMessage(answer(request));
  if (request.task.type === 'close') port.close();
});

function answer({ id, task }: WorkerRequest): WorkerAnswer {
  try {
    return { id, ok: true, result: perform(task) };
  } catch (error) {
    const known = error instanceof Unavailable;
    return {
      id,
      ok: false,
      message: known ? error.message : String(error),
      is: error instanceof Conflict ? 'conflict' : known && !error.indefinite ? 'definite' : 'indefinite',
      cause: String((known && error.cause) || error),
    };
  }
}

function perform(task: WorkerTask): unknown {
  switch (task.type) {
    case 'transact':
      return engine.transact(task.batch);
    case 'query':
      return engine.query(task.sql, task.params);
    case 'change':
      return engine.change(task.sql, task.params);
    case 'write':
      return engine.write(task.batch);
    case 'raise':
      return engine.raise(task.counter, task.by);
    default:
      return engine[task.type]();
  }
}
