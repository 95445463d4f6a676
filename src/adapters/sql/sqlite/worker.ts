import { parentPort, workerData } from 'node:worker_threads';
import { Unavailable } from '../../../core/unavailable.ts';
import { SqliteEngine, type SqliteEngineOptions } from './engine.ts';
import type { WorkerAnswer, WorkerRequest } from './worker-messages.ts';

/** The thread in which fsync may block. One request after the other, each answered once. */
const port = parentPort;
if (!port) throw new Error('this file is a worker thread');

const engine = new SqliteEngine(workerData as SqliteEngineOptions);

port.on('message', (request: WorkerRequest) => {
  port.postMessage(answer(request));
  if (request.type === 'close') port.close();
});

function answer(request: WorkerRequest): WorkerAnswer {
  try {
    return { id: request.id, ok: true, ...perform(request) };
  } catch (error) {
    const known = error instanceof Unavailable;
    return {
      id: request.id,
      ok: false,
      message: known ? error.message : String(error),
      indefinite: known ? error.indefinite : true,
      cause: String((known && error.cause) || error),
    };
  }
}

function perform(request: WorkerRequest): { rows?: unknown[] } {
  switch (request.type) {
    case 'transact':
      engine.transact(request.batch);
      return {};
    case 'query':
      return { rows: engine.query(request.sql, request.params) };
    case 'close':
      engine.close();
      return {};
  }
}
