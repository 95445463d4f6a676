import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { request } from 'undici';
import { killed } from '../backends/servers/killed.ts';
import { eventually } from '../system/eventually.ts';

export const DEPLOY = fileURLToPath(new URL('../../deploy', import.meta.url));

/** The words that a service of compose.cluster.yml is started with, its container's paths replaced by those of this machine. */
export function wordsOf(service: string, paths: Readonly<Record<string, string>>): string[] {
  const [, , own = ''] = readFileSync(`${DEPLOY}/compose.cluster.yml`, 'utf8').split(
    new RegExp(`^(  ${service}:)$`, 'm'),
  );
  const [, words] = /^ {4}command:\n((?: {6}- .*\n)+)/m.exec(own.split(/^ {2}\S/m)[0] ?? '') ?? [];
  if (words === undefined) throw new Error(`compose.cluster.yml lists no words of a command of ${service}`);
  const unused = new Set(Object.keys(paths));
  const replaced = [...words.matchAll(/- (.*)\n/g)].map(([, word = '']) => {
    const path = Object.keys(paths).find((each) => word.endsWith(`=${each}`));
    if (path === undefined) return word;
    unused.delete(path);
    return word.replace(path, paths[path] as string);
  });
  if (unused.size > 0) throw new Error(`${service} is not called with ${[...unused].join(', ')}`);
  return replaced;
}

export interface Server {
  readonly url: string;
  stop(): Promise<void>;
}

interface Start {
  readonly program: string;
  readonly words: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly url: string;
  /** Path of the page that answers 200 once it serves. */
  readonly ready: string;
}

/** A server of somebody else's, until it serves; throws with what it said if it ends before. */
export async function serverStarted({ program, words, env = {}, url, ready }: Start): Promise<Server> {
  const child = spawn(program, words, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const endWithUs = () => void child.kill('SIGKILL');
  process.once('exit', endWithUs);
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => said.push(text) > 200 && said.shift());
  const stop = async () => {
    await killed(child, 'SIGTERM');
    process.removeListener('exit', endWithUs);
  };
  try {
    await eventually(() => serves(child, `${url}${ready}`, said), true);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

async function serves(child: ChildProcess, page: string, said: readonly string[]): Promise<boolean> {
  if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}:\n${said.join('')}`);
  const answer = await request(page).catch(() => undefined);
  await answer?.body.dump();
  return answer?.statusCode === 200;
}
