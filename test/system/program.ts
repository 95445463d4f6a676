import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** The build that is tested; another one where somebody builds anew while the tests run. */
export const MAIN = process.env.ONRUSH_MAIN ?? fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const START_MILLIS = 120_000;
const STOP_MILLIS = 60_000;

export interface ProgramOptions {
  /** Settings of this start, on top of a quiet log and no demo events. Nothing is inherited from the test's own environment. */
  env?: Record<string, string>;
  /** An existing folder to go on with; it is kept. Without it a fresh one is made, and removed at the end. */
  dataDir?: string;
  /** Another build than MAIN. */
  main?: string;
}

/** The real program in a process of its own. */
export interface Program {
  /** Where it listens, without a slash at the end. */
  readonly url: string;
  readonly adminToken: string;
  readonly pid: number;
  readonly dataDir: string;
  /** What it has printed so far, on both of its outputs. */
  output(): string;
  /** Asks it to end, and resolves when it has. Rejects when it ended otherwise than well. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** SIGKILL: what a power cut is to a process. */
  kill(): Promise<void>;
}

/** Starts `onrush serve` as it is built in `dist/`, and resolves when it answers. Rejects with its output when it does not. */
export async function startProgram(options: ProgramOptions = {}): Promise<Program> {
  const dataDir = options.dataDir ?? freshFolder();
  const run = launch({ ...options, dataDir });
  const forget = () => {
    if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
  };
  const url = await untilReady(run).catch(async (error: unknown) => {
    await run.kill();
    forget();
    throw error;
  });
  const tokenFile = join(dataDir, 'admin-token');
  return {
    url,
    adminToken:
      options.env?.ADMIN_TOKEN ?? (existsSync(tokenFile) ? readFileSync(tokenFile, 'utf8').trim() : ''),
    pid: run.child.pid as number,
    dataDir,
    output: run.output,
    async stop(signal = 'SIGTERM') {
      run.child.kill(signal);
      const ended = await Promise.race([run.ended, delay(STOP_MILLIS, undefined, { ref: false })]);
      if (ended !== undefined) forget();
      if (ended?.code === 0) return;
      await run.kill();
      throw new Error(
        ended ? `ended with ${ended.code ?? ended.signal}:\n${run.output()}` : `does not end on ${signal}`,
      );
    },
    async kill() {
      await run.kill();
      forget();
    },
  };
}

const STARTS_MOST = 5;

const START_AGAIN_MILLIS = 200;

/**
 * Again when what it stands on did not answer in time, or while somebody has its port: on a busy machine that says nothing, and
 * whoever runs it would, too.
 */
export async function startInsistently(options: ProgramOptions, starts = 1): Promise<Program> {
  return startProgram(options).catch(async (error: unknown) => {
    const mayPass = /can be used at|did not answer in time|EADDRINUSE/.test(String(error));
    if (starts === STARTS_MOST || !mayPass) throw error;
    await delay(START_AGAIN_MILLIS * starts);
    return startInsistently(options, starts + 1);
  });
}

/** Starts it where it is expected to refuse: resolves with its end. */
export async function failedStart(
  options: ProgramOptions = {},
): Promise<{ code: number | null; output: string }> {
  const dataDir = options.dataDir ?? freshFolder();
  const run = launch({ ...options, dataDir });
  try {
    const end = await Promise.race([run.ended, delay(START_MILLIS, undefined, { ref: false })]);
    if (!end) throw new Error(`it started, against all expectation:\n${run.output()}`);
    return { code: end.code, output: run.output() };
  } finally {
    await run.kill();
    if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
  }
}

export function freshFolder(): string {
  return mkdtempSync(join(tmpdir(), 'onrush-test-'));
}

interface Run {
  child: ChildProcess;
  output(): string;
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  kill(): Promise<void>;
}

function launch({ env = {}, dataDir, main = MAIN }: ProgramOptions & { dataDir: string }): Run {
  const child = spawn(process.execPath, [main, 'serve'], {
    cwd: dataDir,
    env: {
      PATH: process.env.PATH ?? '',
      PORT: '0',
      DATA_DIR: dataDir,
      SEED_DEMO: 'false',
      LOG_LEVEL: 'warn',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  }
  // "close", not "exit": by then all that was printed has been read.
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  return {
    child,
    output: () => printed,
    ended,
    async kill() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await ended;
    },
  };
}

async function untilReady({ child, output }: Run): Promise<string> {
  const deadline = performance.now() + START_MILLIS;
  while (performance.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    const url = /(http:\/\/\S+)\/docs/.exec(output())?.[1];
    if (url && (await isHealthy(url))) return url;
    await delay(15);
  }
  throw new Error(`the program did not start:\n${output()}`);
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health`)).ok;
  } catch {
    return false;
  }
}
