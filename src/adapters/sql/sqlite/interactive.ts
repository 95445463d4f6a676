import type { Row, SqlValue, Transaction } from '../database.ts';
import { type PreparedRun, prepared } from './prepared-run.ts';

type Soon<T> = T | Promise<T>;

/** The steps of a transaction: an engine has them, and so has a thread with an engine in it. */
export interface Steps {
  begin(): Soon<void>;
  query<R>(sql: string, params: Row): Soon<R[]>;
  change(sql: string, params: Row): Soon<number>;
  write(runs: readonly PreparedRun[]): Soon<void>;
  commit(): Soon<void>;
  rollBack(): Soon<void>;
}

/** Takes the steps that `run` wants as one transaction. Nothing else may use them meanwhile. */
export async function interactive<R>(
  steps: Steps,
  run: (transaction: Transaction) => Promise<R>,
): Promise<R> {
  await steps.begin();
  try {
    const result = await run({
      query: async <T>(sql: string, params: readonly SqlValue[] = []) => steps.query<T>(sql, params),
      change: async (sql, params = []) => steps.change(sql, params),
      write: async (runs) => steps.write(prepared(runs)),
    });
    await steps.commit();
    return result;
  } catch (error) {
    await steps.rollBack();
    throw error;
  }
}
