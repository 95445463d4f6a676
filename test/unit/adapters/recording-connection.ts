import type { SqlConnection, WriteRun } from '../../../src/adapters/sql/database.ts';

/** A connection whose every transaction ends when, and as, the test says. */
export function recordingConnection() {
  const batches: { runs: readonly WriteRun[]; end(error?: Error): void }[] = [];
  const connection: SqlConnection = {
    transact: (runs) =>
      new Promise((resolve, reject) => {
        batches.push({ runs, end: (error) => (error ? reject(error) : resolve()) });
      }),
    query: async () => [],
    close: async () => undefined,
  };
  return { connection, batches };
}
