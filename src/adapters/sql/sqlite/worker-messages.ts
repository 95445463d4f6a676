import type { Row, WriteRun } from '../database.ts';

export type WorkerRequest =
  | { id: number; type: 'transact'; batch: readonly WriteRun[] }
  | { id: number; type: 'query'; sql: string; params: Row }
  | { id: number; type: 'close' };

export type WorkerAnswer =
  | { id: number; ok: true; rows?: unknown[] }
  | { id: number; ok: false; message: string; indefinite: boolean; cause: string };
