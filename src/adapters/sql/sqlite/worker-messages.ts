import type { Row } from '../database.ts';
import type { PreparedRun } from './prepared-run.ts';

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
