import { type DataFolder, dataFolder } from './adapters/embedded/data-folder.ts';
import type { SqlConnection } from './adapters/sql/database.ts';
import { groupCommitter } from './adapters/sql/group-committer.ts';
import { latestTime, timeMark } from './adapters/sql/latest-time.ts';
import { migrate } from './adapters/sql/migrate.ts';
import { sqliteConnection } from './adapters/sql/sqlite/connection.ts';
import { systemClock } from './adapters/system/clock.ts';
import { systemRandom } from './adapters/system/random.ts';
import { composeSale, type Sale } from './compose.ts';
import type { Config } from './config.ts';
import type { Clock } from './core/clock.ts';
import type { Random } from './core/random.ts';
import type { Metrics } from './telemetry/metrics.ts';
import { countMoves } from './telemetry/seat-metrics.ts';

/** The sale on this machine's data folder, which no other process has meanwhile. */
export interface OpenedSale {
  sale: Sale;
  folder: DataFolder;
  clock: Clock;
  random: Random;
  /** Waits for what is being written, and lets go of the folder. */
  close(): Promise<void>;
}

/** Throws Unavailable with a sentence for the operator: folder in use, file damaged, data of a newer version. */
export async function openSale(config: Config, metrics: Metrics): Promise<OpenedSale> {
  const folder = dataFolder(config.dataDir);
  let connection: SqlConnection | undefined;
  try {
    connection = timed(sqliteConnection(folder.ledgerFile), metrics);
    await migrate(connection);
    const clock = systemClock({ notBefore: await latestTime(connection) });
    const random = systemRandom();
    const onCommit = (calls: number) => metrics.commitCommands.observe(calls);
    const database = groupCommitter(connection, { onCommit, mark: () => timeMark(clock.now()) });
    const sale = await composeSale({ config, clock, random, database, listener: countMoves(metrics) });
    const opened = connection;
    return {
      sale,
      folder,
      clock,
      random,
      async close() {
        await database.settled();
        await opened.close();
        folder.release();
      },
    };
  } catch (error) {
    await connection?.close();
    folder.release();
    throw error;
  }
}

/** The same connection, with the time of each commit in the metrics. */
function timed(connection: SqlConnection, { commitSeconds }: Metrics): SqlConnection {
  return {
    ...connection,
    async transact(batch) {
      const done = commitSeconds.startTimer();
      await connection.transact(batch);
      done();
    },
  };
}
