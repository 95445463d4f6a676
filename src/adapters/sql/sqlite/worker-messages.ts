import type { MessagePort } from 'node:worker_threads';
import type { Row } from '../database.ts';
import type { SqliteEngineOptions } from './engine.ts';
import type { PreparedRun } from './prepared-run.ts';

/** What a thread begins with. The port is one of its own, so that the asker need not wait for its event loop to hear. */
export interface WorkerStart {
  options: SqliteEngineOptions;
  port: MessagePort;
}

/** What a thread is asked to do: a method of its engine and what it takes. */
export type WorkerTask =
  | { type: 'transact'; batch: readonly PreparedRun[] }
  | { type: 'query'; sql: string; params: Row }
  | { type: 'change'; sql: string; params: Row }
  | { type: 'write'; batch: readonly PreparedRun[] }
  | { type: 'raise'; counter: string; by: number }
  | { type: 'begin' | 'commit' | 'rollBack' | 'close' };

export interface WorkerRequest {
  id: number;
  task: WorkerTask;
}

export type WorkerAnswer =
  | { id: number; ok: true; result: unknown }
  | { id: number; ok: false; message: string; is: 'definite' | 'indefinite' | 'conflict'; cause: string };
