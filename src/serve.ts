import type { AddressInfo } from 'node:net';
import { type DataFolder, dataFolder } from './adapters/embedded/data-folder.ts';
import type { SqlConnection } from './adapters/sql/database.ts';
import { groupCommitter } from './adapters/sql/group-committer.ts';
import { latestTime } from './adapters/sql/latest-time.ts';
import { migrate } from './adapters/sql/migrate.ts';
import { sqliteConnection } from './adapters/sql/sqlite/connection.ts';
import { systemClock } from './adapters/system/clock.ts';
import { systemRandom } from './adapters/system/random.ts';
import { composeSale, mountRoutes } from './compose.ts';
import type { Config } from './config.ts';
import { seedDemo } from './demo/seed.ts';
import { httpServer } from './http/server.ts';
import { webApp } from './http/web-app.ts';
import { createLog } from './telemetry/logs.ts';
import { createMetrics } from './telemetry/metrics.ts';
import { countMoves, countWatchers } from './telemetry/seat-metrics.ts';
import { VERSION } from './version.ts';

export interface RunningServer {
  /** Where the shop is, without a slash at the end. */
  url: string;
  adminToken: string;
  /** Whether this start made the demo events. */
  seeded: boolean;
  hasPages: boolean;
  /** Answers what is under way, writes what is decided, lets go of the data folder. */
  stop(): Promise<void>;
}

/** Starts the whole program in this process. Throws Unavailable with a sentence for the operator. */
export async function serve(config: Config): Promise<RunningServer> {
  const folder = dataFolder(config.dataDir);
  try {
    const connection = sqliteConnection(folder.ledgerFile);
    return await serveOn(config, folder, connection);
  } catch (error) {
    folder.release();
    throw error;
  }
}

async function serveOn(
  config: Config,
  folder: DataFolder,
  connection: SqlConnection,
): Promise<RunningServer> {
  await migrate(connection);
  const clock = systemClock({ notBefore: await latestTime(connection) });
  const random = systemRandom();
  const metrics = createMetrics({ runtime: true });
  const log = createLog(config);
  const adminToken = config.identity.adminToken ?? folder.secret('admin-token', () => random.hex(24));

  const database = groupCommitter(connection, { onCommit: (calls) => metrics.commitCommands.observe(calls) });
  const sale = await composeSale({ config, clock, random, database, listener: countMoves(metrics) });
  const seeded = config.seedDemo && (await seedDemo(sale.catalog));
  countWatchers(metrics, () => sale.maps.watching);

  const app = await httpServer({ config, clock, random, log, metrics, adminToken, version: VERSION });
  mountRoutes(app, sale, config);
  const hasPages = await webApp(app);
  const stopJobs = sale.startJobs();
  await app.listen({ host: config.host, port: config.port });

  const { port } = app.server.address() as AddressInfo;
  return {
    url: `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`,
    adminToken,
    seeded,
    hasPages,
    async stop() {
      stopJobs();
      await app.close();
      await database.settled();
      await connection.close();
      folder.release();
    },
  };
}
