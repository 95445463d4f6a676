import cors from '@fastify/cors';
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import type { Clock } from '../core/clock.ts';
import type { Random } from '../core/random.ts';
import { accessLog, type Log, silentLog } from '../telemetry/logs.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Traces } from '../telemetry/traces.ts';
import { handleError } from './answers/errors.ts';
import { arrivalHook, departureHook, stampReply } from './arrival.ts';
import { acceptJsonBodies } from './bodies/json-body.ts';
import { schemaCompiler } from './bodies/validation.ts';
import { brokenClients, patience } from './broken-clients.ts';
import { asyncApiDocument } from './documents/asyncapi.ts';
import { describeRoutes, documentRoutes } from './documents/openapi.ts';
import type { BearerTokens } from './identity/bearer-tokens.ts';
import { digestOf } from './identity/identity.ts';
import { ownHosts } from './identity/own-hosts.ts';
import type { HttpKit, HttpServer } from './kit.ts';
import { answerNotFound, KnownPaths } from './known-paths.ts';
import { rateLimit } from './limits/rate-limit.ts';
import { shareLimits } from './limits/shared-limits.ts';
import { shedding } from './limits/shedding.ts';
import { Stalls } from './limits/stalls.ts';
import { operationRoutes } from './operations.ts';
import type { SpendingNews } from './ports/spending-news.ts';
import type { StreamTicketStore } from './ports/stream-ticket-store.ts';
import { StreamDoor } from './streams/stream-door.ts';
import { StreamTickets, streamTicketRoutes } from './streams/stream-tickets.ts';
import { acceptUpgrades } from './streams/websocket.ts';
import { traceIds } from './trace-id.ts';
import { tracingHooks } from './tracing-hooks.ts';
import { withoutTrailingSlash } from './trailing-slash.ts';

export interface HttpServerOptions {
  config: Config;
  clock: Clock;
  random: Random;
  log: Log | false;
  metrics: Metrics;
  /** The organiser's X-Token. */
  adminToken: string;
  version: string;
  health?: HttpKit['health'];
  streamTickets: StreamTicketStore;
  /** Where several nodes limit the same callers. */
  spendingNews?: SpendingNews | undefined;
  /** The path under which a request's own is declared, for those that have several. */
  ownPath?: (url: string) => string;
  /** Where requests are traced; nothing is done for it without one. */
  traces?: Traces | undefined;
}

/** The server with everything that is true of every route; declare the slices' routes on it, then `listen`. */
export async function httpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { config, clock, random, version, spendingNews } = options;
  const tickets = new StreamTickets(options.streamTickets, random);
  const kit = httpKit(options, tickets, await bearersOf(options));
  const app = bareServer(kit, options.ownPath);
  app.decorate('kit', kit);
  app.decorateRequest('traceId', { getter: traceIdOf });
  app.decorateRequest('principal', undefined);
  app.decorateRequest('meter', undefined);
  app.decorateRequest('refusedWith', undefined);
  app.decorateRequest('startedAt', 0);

  acceptJsonBodies(app);
  app.setValidatorCompiler(schemaCompiler());
  app.setErrorHandler(handleError);
  watchEveryRequest(app, kit);
  acceptUpgrades(app);
  const stopSharing = spendingNews && shareLimits(kit.limits, { news: spendingNews, clock });
  app.addHook('preClose', (done) => {
    stopSharing?.();
    kit.streams.shut();
    kit.shedding.stop();
    kit.stalls.stop();
    done();
  });

  if (config.http.corsOrigins.length > 0) await app.register(cors, corsOptions(config));
  await describeRoutes(app, { version });
  operationRoutes(app, { version });
  streamTicketRoutes(app, tickets);
  await documentRoutes(app, asyncApiDocument({ version }));
  return app;
}

async function bearersOf({
  config: { identity },
  clock,
}: HttpServerOptions): Promise<BearerTokens | undefined> {
  if (identity.mode !== 'jwt') return undefined;
  const { bearerTokens } = await import('./identity/bearer-tokens.ts');
  return bearerTokens(identity, clock);
}

function httpKit(
  options: HttpServerOptions,
  tickets: StreamTickets,
  bearers: BearerTokens | undefined,
): HttpKit {
  const { config, clock, random, metrics } = options;
  const log = options.log || silentLog();
  const { adminTokenBefore } = config.identity;
  return {
    config,
    clock,
    random,
    log,
    metrics,
    traces: options.traces,
    accessLog: accessLog(log, { nameKey: options.adminToken }),
    access: {
      tokens: bearers,
      adminTokenDigest: digestOf(options.adminToken),
      adminTokenBefore: adminTokenBefore === undefined ? undefined : digestOf(adminTokenBefore),
      openOrganiser: config.identity.openOrganiser,
      isOwnHost: config.identity.ownHosts && ownHosts(config.identity.ownHosts),
    },
    limits: {
      principal: rateLimit(config.http.requestsPerSecondPerPrincipal),
      address: rateLimit(config.http.requestsPerSecondPerAddress),
    },
    shedding: shedding(clock, config.http.shedDelayMillis),
    stalls: new Stalls(),
    streams: new StreamDoor(config, clock, tickets),
    health: options.health,
    drain: { begun: false },
  };
}

/** Fastify with its limits. Its own logger stays off: a child logger per request costs more than our one line. */
function bareServer(kit: HttpKit, ownPath?: (url: string) => string): HttpServer {
  const { bodyLimitBytes, trustedProxies } = kit.config.http;
  const { requestTimeout, ...patient } = patience(kit.config.http);
  return Fastify({
    logger: false,
    genReqId: traceIds(kit.random),
    bodyLimit: bodyLimitBytes,
    requestTimeout,
    return503OnClosing: false,
    rewriteUrl: ({ url = '/' }) => withoutTrailingSlash(ownPath?.(url) ?? url),
    ...(trustedProxies.length > 0 && { trustProxy: [...trustedProxies] }),
    routerOptions: { maxParamLength: 500 },
    // A missing Host is refused by us, with a body and a trace.
    http: { ...patient, requireHostHeader: false },
    clientErrorHandler: brokenClients(kit),
    frameworkErrors: (error, request, reply) => {
      stampReply(request as FastifyRequest, reply as FastifyReply);
      handleError(error, request as FastifyRequest, reply as FastifyReply);
    },
  }) as unknown as HttpServer;
}

function traceIdOf(this: FastifyRequest): string {
  return this.id;
}

function watchEveryRequest(app: HttpServer, kit: HttpKit): void {
  const paths = new KnownPaths();
  app.addHook('onRoute', (route) => {
    paths.add(route);
    route.onRequest = [arrivalHook(kit, paths, route), ...[route.onRequest ?? []].flat()];
    if (!kit.traces) return;
    const { begin, enter } = tracingHooks(kit.traces, route);
    route.onRequest = [begin, ...route.onRequest];
    route.preValidation = [enter, ...[route.preValidation ?? []].flat()];
  });
  app.addHook('onSend', departureHook(kit));
  const meter = kit.metrics.requests.meter('*', 'unknown', { hot: true });
  app.setNotFoundHandler((request, reply) => {
    request.meter = meter;
    request.startedAt = performance.now();
    return answerNotFound(paths, request, reply);
  });
  // Node would answer an `Expect` it does not know with a bare 417; HTTP allows to overlook it.
  app.server.on('checkExpectation', (request, response) => app.routing(request, response));
}

function corsOptions(config: Config) {
  return {
    origin: [...config.http.corsOrigins],
    // Without a list of its own the plugin would leave out PATCH and DELETE.
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    credentials: true,
    // It would answer an OPTIONS that is no preflight in words of its own.
    strictPreflight: false,
    exposedHeaders: ['Trace-Id', 'X-Request-ID', 'Retry-After', 'Location', 'ETag'],
    maxAge: 600,
  };
}
