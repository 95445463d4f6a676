import type { AddressInfo } from 'node:net';
import { mountRoutes } from './compose.ts';
import type { Config } from './config.ts';
import { seedDemo } from './demo/seed.ts';
import { drain } from './http/drain.ts';
import { httpServer } from './http/server.ts';
import { webApp } from './http/web-app.ts';
import { type OpenedSale, openSale } from './open-sale.ts';
import { createLog } from './telemetry/logs.ts';
import { createMetrics, type Metrics } from './telemetry/metrics.ts';
import { countWatchers } from './telemetry/seat-metrics.ts';
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
  const metrics = createMetrics({ runtime: true });
  const opened = await openSale(config, metrics);
  try {
    return await listen(config, opened, metrics);
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function listen(config: Config, opened: OpenedSale, metrics: Metrics): Promise<RunningServer> {
  const { sale, clock, random, folder, health } = opened;
  const seeded = config.seedDemo && (await seedOnce(opened));
  countWatchers(metrics, () => sale.maps.watching);
  const adminToken = config.identity.adminToken ?? folder.secret('admin-token', () => random.hex(24));

  const log = createLog(config);
  const apiVersions = sale.hasLines ? ['v1', 'v2'] : ['v1'];
  const app = await httpServer({
    ...{ config, clock, random, log, metrics, adminToken },
    ...{ version: VERSION, apiVersions, health },
  });
  mountRoutes(app, sale, config);
  const hasPages = await webApp(app);
  await app.listen({ host: config.host, port: config.port });
  const stopJobs = sale.startJobs();

  const { port } = app.server.address() as AddressInfo;
  return {
    url: `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`,
    adminToken,
    seeded,
    hasPages,
    async stop() {
      await drain(app, clock);
      stopJobs();
      await opened.close();
    },
  };
}

/** Of several nodes that start together one makes the demo, and the others find it made. */
async function seedOnce({ sale, locks }: OpenedSale): Promise<boolean> {
  const made = await locks.distributedLock('demo:seed', async () => {
    await sale.catalog.refresh();
    return seedDemo(sale.catalog);
  });
  return made ?? false;
}
