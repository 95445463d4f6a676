import { execFile } from 'node:child_process';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { promisify } from 'node:util';
import type { Machine } from './result.ts';

/** Where the figures come from: without it they mean nothing. */
export async function describeMachine(): Promise<Machine> {
  const cores = cpus();
  return {
    cpu: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    memoryGigabytes: Math.round((totalmem() / 2 ** 30) * 10) / 10,
    node: process.version,
    system: `${type()} ${release()}`,
    commit: await currentCommit(),
    loadPerCore: Math.round(((loadavg()[0] ?? 0) / cores.length) * 100) / 100,
  };
}

async function currentCommit(): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('git', ['rev-parse', '--short=12', 'HEAD']);
    return stdout.trim();
  } catch {
    return null;
  }
}
