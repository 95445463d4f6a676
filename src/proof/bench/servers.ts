import { statfsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atTheEnd } from './at-the-end.ts';
import { type ServerProcess, startServer } from './server-process.ts';

const TMPFS = 0x0102_1994;

/** A folder on a real disk, where a sync costs what it costs: many systems keep their temporary files in memory. */
export async function withFolder<R>(use: (folder: string) => Promise<R>): Promise<R> {
  const parent = statfsSync(tmpdir()).type === TMPFS ? process.cwd() : tmpdir();
  const folder = await mkdtemp(join(parent, 'onrush-bench-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  const forget = atTheEnd(remove);
  try {
    return await use(folder);
  } finally {
    await remove();
    forget();
  }
}

/** For one of several servers at once. */
export async function subfolder(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(path);
  return path;
}

export interface SubjectOptions {
  folder: string;
  profileFolder?: string | undefined;
  env?: Record<string, string>;
}

/** The whole program as an operator runs it: identity, limits, metrics and logs on; everything embedded unless `env` says more. */
export function startSubject({ folder, profileFolder, env = {} }: SubjectOptions): Promise<ServerProcess> {
  return startServer({
    command: ['serve'],
    folder,
    profileFolder,
    env: { DATA_DIR: join(folder, 'data'), SEED_DEMO: 'false', ...env },
  });
}

/** The measure of all ratios, see no-op.ts. */
export function startNoOp({ folder }: { folder: string }): Promise<ServerProcess> {
  return startServer({ command: ['bench', 'no-op'], folder, env: {} });
}

/** Runs with a server and stops it, whatever happens. */
export async function withServer<R>(
  starting: Promise<ServerProcess>,
  use: (server: ServerProcess) => Promise<R>,
): Promise<R> {
  const server = await starting;
  try {
    return await use(server);
  } finally {
    await server.stop();
  }
}
