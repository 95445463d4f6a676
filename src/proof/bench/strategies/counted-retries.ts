import type { SqlConnection } from '../../../adapters/sql/database.ts';
import { isConflict } from '../../../core/conflict.ts';

/**
 * The same connection, which counts the decisions that were thrown away: transactions that ran again after a deadlock,
 * and those that ended because another one had been first.
 */
export function countedRetries(connection: SqlConnection): {
  connection: SqlConnection;
  retries(): number;
} {
  let retries = 0;
  return {
    connection: {
      ...connection,
      async transaction(run) {
        let runs = 0;
        try {
          return await connection.transaction((transaction) => {
            if (++runs > 1) retries++;
            return run(transaction);
          });
        } catch (error) {
          if (isConflict(error)) retries++;
          throw error;
        }
      },
    },
    retries: () => retries,
  };
}
