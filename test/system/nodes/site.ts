import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe } from 'vitest';
import type { SqlConnection } from '../../../src/adapters/sql/database.ts';
import type { ServerOptions } from '../../../src/adapters/sql/ledger/server-options.ts';
import type { Audit } from '../../../src/proof/verify/audit.ts';
import { type OnServer, onServer } from '../../backends/on-servers.ts';
import { componentPresent } from '../../backends/registry.ts';
import type { DatabaseServer } from '../../backends/servers/database-server.ts';
import { freePort } from '../../backends/servers/free-port.ts';
import type { RedisPair } from '../../backends/servers/redis.ts';
import { type TcpProxy, tcpProxy } from '../../backends/tcp-proxy.ts';
import { freshFolder, MAIN, type Program, startInsistently } from '../program.ts';
import { type Nginx, nginxBefore } from './nginx.ts';

/** What all nodes of a site must agree about, and settings that let a test go quickly. */
export const SHARED = {
  ADMIN_TOKEN: 'organiser-of-the-tests',
  TICKET_KEYS: '5'.repeat(64),
  TOKEN_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
  TRUSTED_PROXIES: '127.0.0.1',
  RATE_LIMIT_PER_PRINCIPAL: '0',
  RATE_LIMIT_PER_ADDRESS: '0',
  SHED_DELAY_MS: '0',
  // Whoever walks away gives his seats back soon, so that the sale goes on; whoever stays has the time on a busy machine, too.
  RESERVATION_TIMEOUT_SECONDS: '20',
  MAX_HOLD_TOTAL_SECONDS: '40',
  PAYMENT_DEADLINE_SECONDS: '20',
  // What a node or a Redis took with it when it was killed.
  LOCK_TIMEOUT_SECONDS: '2',
};

export interface SiteOptions {
  nodes?: number;
  ledger?: OnServer;
  /** One of the test's own, to be killed. */
  server?: DatabaseServer;
  /** How the nodes reach Redis: see `toRedis`. */
  redis: Record<string, string>;
  env?: Record<string, string>;
  /** For one node alone, the first is 0; asked at each of its starts. */
  envOf?: (node: number) => Record<string, string>;
  /** What the nodes take for the ledger's port: that of a proxy. */
  ledgerPort?: (real: number) => Promise<number>;
}

/** One of the processes; it keeps its port and its folder over restarts. */
export interface SiteNode {
  readonly url: string;
  readonly adminToken: string;
  readonly program: Program;
  /** `main`: another build of the program. */
  start(main?: string): Promise<void>;
  kill(): Promise<void>;
  /** Asks it to end, as a replacement does. */
  retire(): Promise<void>;
}

/** Nodes of one sale, on one Redis and one ledger, behind one nginx. */
export interface Site {
  readonly nodes: readonly SiteNode[];
  /** What buyers know: nginx. */
  readonly door: { url: string; adminToken: string };
  /** The environment of a node, for one that is expected to refuse its start. */
  readonly env: Record<string, string>;
  query: SqlConnection['query'];
  /** What `onrush verify` says of the ledger. */
  verified(): Promise<Audit>;
  /** Starts or thaws the nodes that a test that failed left dead or frozen: the second try begins like the first. */
  recover(): Promise<void>;
  stop(): Promise<void>;
}

/** The first two nodes of a site. */
export function twoOf({ nodes }: Site): [SiteNode, SiteNode] {
  const [a, b] = nodes;
  if (!a || !b) throw new Error('the site has no two nodes');
  return [a, b];
}

/** Runs where everything that a site stands on is here. */
export function describeOnNodes(ledger: OnServer, ...more: string[]) {
  const isHere = [ledger, 'redis', 'nginx', ...more].map(componentPresent);
  return describe.skipIf(!isHere.every(Boolean));
}

export async function startSite(options: SiteOptions): Promise<Site> {
  const { nodes: count = 2, ledger = 'postgres', redis, env: more = {}, envOf, ledgerPort } = options;
  const server = options.server ?? (await onServer[ledger].started());
  const database = await server.database();
  const port = (await ledgerPort?.(database.port)) ?? database.port;
  const direct = { ...SHARED, ...redis, DATABASE_URL: urlOf(ledger, database), ...more };
  const env = { ...direct, DATABASE_URL: urlOf(ledger, { ...database, port }) };
  const nodes: ReturnType<typeof siteNode>[] = [];
  const closings: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (let last = closings.pop(); last; last = closings.pop()) await last();
  };
  try {
    for (let index = 0; index < count; index++) {
      const node = siteNode({ port: await freePort(), env: () => ({ ...env, ...envOf?.(index) }) });
      nodes.push(node);
      closings.push(() => node.end());
    }
    // Together, as they would: each makes the tables if the other has not.
    await Promise.all(nodes.map((node) => node.start()));
    const nginx: Nginx = await nginxBefore(nodes.map(({ url }) => Number(new URL(url).port)));
    closings.push(() => nginx.stop());
    const connection = server.connect(database);
    closings.push(() => connection.close());
    return {
      nodes,
      env,
      query: connection.query,
      async recover() {
        for (const node of nodes) await node.recover();
      },
      stop: close,
      door: { url: nginx.url, adminToken: SHARED.ADMIN_TOKEN },
      verified: () => verified(direct),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A site whose nodes reach the ledger by way of a proxy. */
export interface ProxiedSite extends Site {
  readonly way: TcpProxy;
}

export async function startProxiedSite(options: Omit<SiteOptions, 'ledgerPort'>): Promise<ProxiedSite> {
  const made: { way?: TcpProxy } = {};
  try {
    const site = await startSite({
      ...options,
      async ledgerPort(port) {
        made.way = await tcpProxy({ host: '127.0.0.1', port });
        return made.way.port;
      },
    });
    const way = made.way as TcpProxy;
    return {
      ...site,
      way,
      async stop() {
        await site.stop();
        await way.close();
      },
    };
  } catch (error) {
    await made.way?.close();
    throw error;
  }
}

export function toRedis({ port }: { port: number }): Record<string, string> {
  return { REDIS_URL: `redis://127.0.0.1:${port}` };
}

export function toSentinel({ options: { servers } }: RedisPair): Record<string, string> {
  if (servers.kind !== 'sentinel') throw new Error('no sentinel watches it');
  const sentinels = servers.sentinels.map(({ host, port }) => `${host}:${port}`);
  return { REDIS_SENTINELS: sentinels.join(','), REDIS_SENTINEL_MASTER: servers.master };
}

export function urlOf(
  ledger: OnServer,
  {
    user,
    password,
    host,
    port,
    database,
  }: Pick<ServerOptions, 'user' | 'password' | 'host' | 'port' | 'database'>,
): string {
  const dialect = ledger === 'postgres' ? 'postgres' : 'mysql';
  return `${dialect}://${user}:${password}@${host}:${port}/${database}`;
}

function siteNode({
  port,
  env,
}: {
  port: number;
  env: () => Record<string, string>;
}): SiteNode & { recover(): Promise<void>; end(): Promise<void> } {
  const dataDir = freshFolder();
  let program: Program | undefined;
  const start = async (main?: string) => {
    program = await startInsistently({ env: { ...env(), PORT: `${port}` }, dataDir, ...(main && { main }) });
  };
  return {
    url: `http://127.0.0.1:${port}`,
    adminToken: SHARED.ADMIN_TOKEN,
    get program() {
      if (!program) throw new Error('the node does not run');
      return program;
    },
    start,
    async kill() {
      const running = program;
      program = undefined;
      await running?.kill();
    },
    async retire() {
      const running = program;
      program = undefined;
      await running?.stop();
    },
    async recover() {
      if (program) process.kill(program.pid, 'SIGCONT');
      else await start();
    },
    async end() {
      // In order, so that a node that cannot stop while something is away is found out.
      await program?.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Exit code 1 is a finding, which the test wants to see; anything printed otherwise is its failure. */
export async function verified(env: Record<string, string>): Promise<Audit> {
  const words = [MAIN, 'verify', '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, words, {
    env: { PATH: process.env.PATH ?? '', ...env },
  }).catch((error: { stdout?: string; stderr?: string }) => {
    if (error.stdout) return { stdout: error.stdout };
    throw new Error(error.stderr);
  });
  return JSON.parse(stdout) as Audit;
}
