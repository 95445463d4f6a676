import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { get } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Millis } from '../../core/clock.ts';
import { Unavailable } from '../../core/unavailable.ts';
import { atTheEnd } from './at-the-end.ts';

export interface ServerProcess {
  readonly port: number;
  readonly pid: number;
  /** From the spawn to the first healthy answer. */
  readonly startMillis: Millis;
  stop(): Promise<void>;
}

export interface ServerProcessOptions {
  /** What follows the program's name. */
  command: readonly string[];
  env: Record<string, string>;
  /** Working directory, and where the log goes. */
  folder: string;
  /** Where Node leaves a processor profile when the server ends. */
  profileFolder?: string | undefined;
}

const START_LIMIT: Millis = 30_000;
const POLL_EVERY: Millis = 5;

/**
 * Starts this very program again, built or from source, and waits until it is healthy. Its environment is ours alone:
 * an operator's settings would change what is measured.
 */
export async function startServer(options: ServerProcessOptions): Promise<ServerProcess> {
  const port = await freePort();
  const logFile = `${options.folder}/${options.command[0]}-${port}.log`;
  const log = openSync(logFile, 'w');
  const spawnedAt = performance.now();
  const child = spawn(process.execPath, [...nodeOptions(options), program(), ...options.command], {
    cwd: options.folder,
    env: { PATH: process.env.PATH, NODE_ENV: 'production', PORT: String(port), ...options.env },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const forget = atTheEnd(() => stopped(child));
  child.once('exit', forget);
  try {
    await healthy(port, child);
  } catch (error) {
    child.kill('SIGKILL');
    const said = readFileSync(logFile, 'utf8').slice(-1_000).trim();
    throw new Unavailable(`${(error as Error).message}: ${said}`, { cause: error });
  }
  return {
    port,
    pid: child.pid as number,
    startMillis: performance.now() - spawnedAt,
    stop: () => stopped(child),
  };
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

function program(): string {
  const [, program] = process.argv;
  if (program === undefined) throw new Error('the bench starts the program by its own path, and has none');
  return program;
}

function nodeOptions({ profileFolder }: ServerProcessOptions): string[] {
  const profile = profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`];
  // As `npm start` runs it, the no-op and the subject alike.
  return [...process.execArgv, '--max-semi-space-size=64', ...profile];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function healthy(port: number, child: ChildProcess): Promise<void> {
  const giveUpAt = performance.now() + START_LIMIT;
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`a server ended with code ${child.exitCode}`);
    if (performance.now() > giveUpAt) throw new Error('a server did not become healthy');
    await sleep(POLL_EVERY);
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    get({ port, host: '127.0.0.1', path: '/health', agent: false }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode === 200));
    }).on('error', () => resolve(false));
  });
}
