import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Address, RedisOptions } from '../../../src/adapters/redis/connection/options.ts';
import type { Certificate } from './certificates.ts';
import { freePort } from './free-port.ts';
import { killed } from './killed.ts';

const SERVER = process.env.REDIS_SERVER_PATH ?? '/usr/bin/redis-server';
const CLI = process.env.REDIS_CLI_PATH ?? '/usr/bin/redis-cli';
const SENTINEL = process.env.REDIS_SENTINEL_PATH ?? '/usr/bin/redis-sentinel';
const START_MILLIS = 90_000;
const STARTS_MAX = 3;
/** A server of a test's own shares the machine with all other tests: that it is slow to greet, or to answer, says nothing. */
export const PATIENT = { connectMillis: 60_000, commandMillis: 10_000 };

/** Why no private Redis can be started here. */
export function redisAbsent(): string | undefined {
  const missing = [SERVER, CLI].find((path) => !existsSync(path));
  return missing && `no Redis at ${missing}: set REDIS_SERVER_PATH and REDIS_CLI_PATH`;
}

export function sentinelAbsent(): string | undefined {
  if (existsSync(SENTINEL)) return redisAbsent();
  return `no Redis Sentinel at ${SENTINEL}: set REDIS_SENTINEL_PATH`;
}

/** One server of its own, on a free loopback port, in a temporary folder. */
export interface RedisServer {
  readonly address: Address;
  /** Runs one command through redis-cli and returns what it prints. */
  command(...words: string[]): Promise<string>;
  /** SIGKILL, and waits for the end. Nothing was saved, so it starts again empty. */
  kill(): Promise<void>;
  /** Starts it again at the same place. */
  start(): Promise<void>;
  /** SIGSTOP: connections stay, nothing answers. */
  freeze(): void;
  thaw(): void;
  /** Starts or thaws it, where a test that failed left it dead or frozen: the second try begins like the first. */
  recover(): Promise<void>;
  /** Ends it, and removes its folder. */
  stop(): Promise<void>;
}

/** `settings` are those of redis.conf, as they stand on the command line. With a certificate it speaks nothing but TLS. */
export async function redisServer(
  settings: readonly string[] = [],
  certificate?: Certificate,
): Promise<RedisServer> {
  return startAnywhere(
    SERVER,
    (port) => [
      ...[...listening(port, certificate), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
      ...['--repl-diskless-sync-delay', '0', '--enable-debug-command', 'yes', ...settings],
    ],
    cliWords(certificate),
  );
}

function listening(port: number, certificate: Certificate | undefined): string[] {
  return certificate
    ? ['--port', '0', '--tls-port', `${port}`, ...tlsOf(certificate)]
    : ['--port', `${port}`];
}

function cliWords(certificate: Certificate | undefined): readonly string[] {
  return certificate ? ['--tls', '--cacert', certificate.caFile] : [];
}

/** From the command line's form to that of a configuration file. */
function inLines(words: readonly string[]): string[] {
  return words.join(' ').split(/ ?--/).slice(1);
}

function tlsOf({ caFile, certFile, keyFile }: Certificate): string[] {
  return [
    ...['--tls-cert-file', certFile, '--tls-key-file', keyFile, '--tls-ca-cert-file', caFile],
    ...['--tls-auth-clients', 'no'],
  ];
}

export interface RedisPair {
  readonly servers: { master: RedisServer; replica: RedisServer; sentinel: RedisServer };
  readonly options: RedisOptions;
  /** Makes the replica the master, as the sentinel does on demand, and waits until it is. */
  promote(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * A master with a replica, watched by one sentinel, which takes it for dead after a second of silence. With a certificate
 * they speak nothing but TLS, among each other, too. `called`: the name under which clients are sent to the master.
 */
export async function redisSentinel(certificate?: Certificate, called?: string): Promise<RedisPair> {
  const among = certificate ? ['--tls-replication', 'yes'] : [];
  const master = await redisServer(among, certificate);
  const replicaOf = ['--replicaof', '127.0.0.1', `${master.address.port}`];
  const replica = await redisServer([...among, ...replicaOf], certificate);
  await until(() => says(replica, /master_link_status:up/, 'info', 'replication'));
  const settings = (port: number, folder: string) => {
    const file = join(folder, 'sentinel.conf');
    const lines = [
      ...inLines([...listening(port, certificate), ...among]),
      ...['bind 127.0.0.1', 'protected-mode no', `dir ${folder}`],
      ...(called ? ['sentinel resolve-hostnames yes', 'sentinel announce-hostnames yes'] : []),
      `sentinel monitor onrush ${called ?? '127.0.0.1'} ${master.address.port} 1`,
      ...['sentinel down-after-milliseconds onrush 1000', 'sentinel failover-timeout onrush 5000'],
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
    return [file];
  };
  const sentinel = await startAnywhere(SENTINEL, settings, cliWords(certificate));
  await until(() => says(sentinel, /num-slaves\s+1\s/, 'sentinel', 'master', 'onrush'));
  const stop = () => stopAll([sentinel, master, replica]);
  return {
    servers: { master, replica, sentinel },
    options: { servers: { kind: 'sentinel', sentinels: [sentinel.address], master: 'onrush' } },
    async promote() {
      // A sentinel that has not heard of the replica lately refuses at first; one that is at it says so.
      await until(async () => {
        await sentinel.command('sentinel', 'failover', 'onrush');
        return says(replica, /role:master/, 'info', 'replication');
      });
    },
    stop,
  };
}

export interface RedisCluster {
  readonly nodes: readonly RedisServer[];
  readonly options: RedisOptions;
  /** The master that has the key's slot now, and its replica. */
  nodesOf(key: string): Promise<{ master: RedisServer; replica: RedisServer }>;
  /** Makes the replica of the key's master the master: `forced` without asking the old one, as when that is dead. */
  promote(key: string, how?: 'agreed' | 'forced'): Promise<void>;
  stop(): Promise<void>;
}

const SLOT_RANGES = ['0 5460', '5461 10922', '10923 16383'];

/** Three masters, each with a replica; a node counts as dead after a second of silence. With a certificate: over TLS alone. `called`: of each node. */
export async function redisCluster(certificate?: Certificate, called?: string): Promise<RedisCluster> {
  const settings = [
    ...['--cluster-enabled', 'yes', '--cluster-node-timeout', '1000'],
    ...(certificate ? ['--tls-cluster', 'yes', '--tls-replication', 'yes'] : []),
    ...(called
      ? ['--cluster-announce-hostname', called, '--cluster-preferred-endpoint-type', 'hostname']
      : []),
  ];
  const nodes = await Promise.all(Array.from({ length: 6 }, () => redisServer(settings, certificate)));
  const [first] = nodes as [RedisServer];
  for (const [index, node] of nodes.entries()) {
    await node.command('cluster', 'set-config-epoch', `${index + 1}`);
    const range = SLOT_RANGES[index];
    if (range) await node.command('cluster', 'addslotsrange', ...range.split(' '));
    if (node !== first) await node.command('cluster', 'meet', '127.0.0.1', `${first.address.port}`);
  }
  for (const node of nodes) await until(() => says(node, /cluster_known_nodes:6/, 'cluster', 'info'));
  const replicas = nodes.slice(3);
  for (const [index, replica] of replicas.entries()) {
    const id = (await (nodes[index] as RedisServer).command('cluster', 'myid')).trim();
    await replica.command('cluster', 'replicate', id);
  }
  for (const replica of replicas)
    await until(() => says(replica, /master_link_status:up/, 'info', 'replication'));
  for (const node of nodes) await until(() => says(node, /cluster_state:ok/, 'cluster', 'info'));

  const nodesOf = async (key: string) => {
    const slot = Number(await first.command('cluster', 'keyslot', key));
    const { master: masterPort, replica: replicaPort } = await portsOf(nodes, slot);
    const at = (port: number) => nodes.find(({ address }) => address.port === port) as RedisServer;
    return { master: at(masterPort), replica: at(replicaPort) };
  };
  return {
    nodes,
    options: { servers: { kind: 'cluster', nodes: nodes.map(({ address }) => address) } },
    nodesOf,
    async promote(key, how = 'agreed') {
      const { replica } = await nodesOf(key);
      await replica.command('cluster', 'failover', ...(how === 'forced' ? ['takeover'] : []));
      await until(() => says(replica, /role:master/, 'info', 'replication'));
    },
    stop: () => stopAll(nodes),
  };
}

/** From the first node that answers: lines "first last master-host port id replica-host port id". */
async function portsOf(
  nodes: readonly RedisServer[],
  slot: number,
): Promise<{ master: number; replica: number }> {
  for (const node of nodes) {
    const lines = await node.command('cluster', 'nodes').catch(() => '');
    const rows = lines.split('\n').map((line) => line.split(' '));
    const portIn = (row: string[]) => Number(/:(\d+)@/.exec(row[1] ?? '')?.[1]);
    const master = rows.find((row) => row.slice(8).some((range) => covers(range, slot)));
    if (!master) continue;
    const replica = rows.find((row) => row[3] === master[0]);
    return { master: portIn(master), replica: replica ? portIn(replica) : 0 };
  }
  throw new Error(`no node of the cluster answers about slot ${slot}`);
}

function covers(range: string, slot: number): boolean {
  const [from = '', to = from] = range.split('-');
  return Number(from) <= slot && slot <= Number(to);
}

async function startAnywhere(
  program: string,
  settings: (port: number, folder: string) => string[],
  cliWords: readonly string[] = [],
): Promise<RedisServer> {
  for (let starts = 1; ; starts++) {
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'onrush-redis-'));
    const server = serverAt(program, { port, folder, settings: settings(port, folder), cliWords });
    try {
      await server.start();
      return server;
    } catch (error) {
      await server.stop();
      if (starts === STARTS_MAX) throw error;
    }
  }
}

function serverAt(
  program: string,
  {
    port,
    folder,
    settings,
    cliWords,
  }: { port: number; folder: string; settings: string[]; cliWords: readonly string[] },
): RedisServer {
  let child: ChildProcess | undefined;
  const run = promisify(execFile);
  const command = async (...words: string[]) => {
    const { stdout } = await run(CLI, ['-h', '127.0.0.1', '-p', `${port}`, ...cliWords, ...words], {
      timeout: START_MILLIS,
    });
    return stdout;
  };
  const kill = async () => {
    const running = child;
    child = undefined;
    await killed(running);
  };
  const endWithUs = () => void child?.kill('SIGKILL');
  process.once('exit', endWithUs);
  const start = async () => {
    const started = spawn(program, settings, { cwd: folder, stdio: 'ignore' });
    child = started;
    // An answer of any kind will do: a server with a password says NOAUTH.
    await until(async () => {
      if (started.exitCode !== null) throw new Error(`${program} ended with ${started.exitCode}`);
      return /PONG|NOAUTH|LOADING/.test(await command('ping').catch(() => ''));
    });
  };
  const thaw = () => void child?.kill('SIGCONT');
  return {
    address: { host: '127.0.0.1', port },
    command,
    kill,
    start,
    freeze: () => void child?.kill('SIGSTOP'),
    thaw,
    recover: async () => (child ? thaw() : start()),
    async stop() {
      await kill();
      process.removeListener('exit', endWithUs);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function stopAll(servers: readonly RedisServer[]): Promise<void> {
  await Promise.all(servers.map((server) => server.stop()));
}

/** False when it does not answer, too: a server whose role changes closes its connections. */
export async function says(server: RedisServer, what: RegExp, ...words: string[]): Promise<boolean> {
  return what.test(await server.command(...words).catch(() => ''));
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + START_MILLIS;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error('a private Redis does not become what it should be');
    await delay(30);
  }
}
