import type { AddressInfo } from 'node:net';
import { mountRoutes } from './compose/routes.ts';
import type { Config } from './config.ts';
import { SECOND } from './core/clock.ts';
import { seedDemo } from './demo/seed.ts';
import { ownPath } from './editions/orders/paths.ts';
import { drain, drainServer } from './http/drain.ts';
import { internalPort } from './http/internal.ts';
import { operatorPort } from './http/operator-port.ts';
import { httpServer } from './http/server.ts';
import { webApp } from './http/web-app.ts';
import { startAuditor } from './opening/auditor.ts';
import { type OpenedSale, openSale, type Watching } from './opening/sale.ts';
import { figuresOn } from './telemetry/figures.ts';
import { createLog } from './telemetry/logs.ts';
import { createMetrics } from './telemetry/metrics.ts';
import { showProcess } from './telemetry/process-figures.ts';
import { VERSION } from './version.ts';

export interface RunningServer {
  /** Where the shop is, without a slash at the end. */
  url: string;
  adminToken: string;
  /** Whether this start made the demo events. */
  seeded: boolean;
  hasPages: boolean;
  /** Where METRICS_PORT answers; undefined without one. */
  operatorUrl: string | undefined;
  /** Answers what is under way, writes what is decided, lets go of the data folder. */
  stop(): Promise<void>;
}

/** Starts the whole program in this process. Throws Unavailable with a sentence for the operator. */
export async function serve(config: Config): Promise<RunningServer> {
  const metrics = createMetrics({ runtime: true });
  const watching = { metrics, log: createLog(config) };
  const opened = await openSale(config, watching);
  try {
    return await listen(config, opened, watching);
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function listen(
  config: Config,
  opened: OpenedSale,
  { metrics, log }: Watching,
): Promise<RunningServer> {
  const { sale, clock, random, folder, health, traces, streamTickets, spendingNews } = opened;
  const seeded = config.seedDemo && sale.roles.has('catalog') && (await seedOnce(opened));
  const adminToken = config.identity.adminToken ?? folder.secret('admin-token', () => random.hex(24));

  const app = await httpServer({
    config,
    clock,
    random,
    log,
    metrics,
    adminToken,
    version: VERSION,
    health,
    traces,
    ownPath,
    streamTickets,
    spendingNews,
  });
  showProcess(figuresOn(metrics, clock), {
    version: VERSION,
    health,
    openStreams: () => app.kit.streams.openStreams,
    streamsMax: config.streams.max,
  });
  mountRoutes(app, sale, config);
  const hasPages = sale.roles.has('web') && (await webApp(app));
  await app.listen({ host: config.host, port: config.port });
  const { metricsPort: operators } = config;
  const operatorServer = operators && (await operatorPort(app, { ...operators, adminToken }));
  const { listen: inside } = config.roles.internal;
  const internal = inside && sale.payments.atHand && (await internalPort(app, inside));
  const audit = () => [startAuditor(config, { catalog: sale.catalog, clock, metrics, log })];
  const stopJobs = sale.startJobs([{ of: ['auditor'], alone: 'audit', start: audit }]);

  const { port } = app.server.address() as AddressInfo;
  return {
    url: urlAt(config.host, port),
    operatorUrl:
      operators && operatorServer && urlAt(operators.host, (operatorServer.address() as AddressInfo).port),
    adminToken,
    seeded,
    hasPages,
    async stop() {
      operatorServer?.close();
      await drain(app, clock, { noticedMillis: config.drainSeconds * SECOND });
      // Other roles may have been asked by requests that were under way elsewhere until now.
      if (internal) await drainServer(internal, clock);
      stopJobs();
      await opened.close();
    },
  };
}

function urlAt(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Of several nodes that start together one makes the demo, and the others find it made. */
async function seedOnce({ sale, locks }: OpenedSale): Promise<boolean> {
  const made = await locks.distributedLock('demo:seed', async () => {
    await sale.catalog.refresh();
    return seedDemo(sale.catalog);
  });
  return made ?? false;
}
